#include "core/model/layer_sampling.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

namespace unstuck::model {

namespace {

constexpr int kMostTaps = 1024;

std::string text(double v) {
    std::ostringstream out;
    out << v;
    return out.str();
}

bool is_spline(FilterFamily f) {
    return f == FilterFamily::bilinear || f == FilterFamily::binomial || f == FilterFamily::nearest;
}

/// Boxes of `factor` samples that a family's taps are the convolution of.
int boxes(FilterFamily f) { return f == FilterFamily::nearest ? 1 : f == FilterFamily::bilinear ? 2 : 3; }

int spline_taps(FilterFamily f, int factor) { return boxes(f) * (factor - 1) + 1; }

std::vector<double> convolved(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> out(a.size() + b.size() - 1, 0.0);
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < b.size(); ++j) out[i + j] += a[i] * b[j];
    return out;
}

signal::FilterTaps spline(const FilterDesign& d) {
    const std::vector<double> box(static_cast<std::size_t>(d.factor), 1.0 / d.factor);
    std::vector<double> taps = {1};
    for (int i = 0; i < boxes(d.family); ++i) taps = convolved(taps, box);
    // One more tap than natural keeps the picture in place: [1, 2, 1] becomes [1, 3, 3, 1].
    while (static_cast<int>(taps.size()) < d.taps) taps = convolved(taps, {0.5, 0.5});
    return {1, static_cast<int>(taps.size()), taps};
}

signal::LowpassSpec spec_of(const FilterDesign& d) {
    signal::LowpassSpec s;
    s.taps = d.taps;
    s.cutoff = d.cutoff;
    s.width = 2 * d.half_width;
    s.rate = d.rate;
    s.radial = d.radial;
    s.window = d.window;
    s.beta = d.beta;
    return s;
}

/// Collects what could not be had as asked.
class Notes {
  public:
    explicit Notes(std::vector<std::string>& out) : out_(out) {}
    void add(const std::string& note) const { out_.push_back(note); }

    template <class T>
    T clamped(const std::string& name, T value, T low, T high, const std::string& why) const {
        const T kept = std::clamp(value, low, high);
        if (kept != value)
            add(name + " " + text(static_cast<double>(value)) + " -> " + text(static_cast<double>(kept)) + ": " + why);
        return kept;
    }

  private:
    std::vector<std::string>& out_;
};

void edit_spline(FilterDesign& d, const FilterEdit& e, const std::string& name, const Notes& notes) {
    if (e.taps && *e.taps != d.taps)
        notes.add(name + " taps " + std::to_string(*e.taps) + " -> " + std::to_string(d.taps) +
                  ": this family fixes them");
    if (e.radial.value_or(false)) notes.add(name + " radial: this family is separable");
    d.radial = false;
}

/// Cutoff, width and shape of a designed filter, each within what its rate allows.
void edit_design(FilterDesign& d, const FilterEdit& e, const std::string& name, int fewest_taps, const Notes& notes) {
    if (e.radial) d.radial = *e.radial;
    if (e.cutoff)
        d.cutoff = notes.clamped(name + " f_c", *e.cutoff, d.rate * 1e-3, d.rate * 0.4995,
                                 "it lies between 0 and half the raised rate, " + text(d.rate / 2));
    if (e.half_width)
        d.half_width = notes.clamped(name + " f_h", *e.half_width, d.rate * 1e-4, d.rate / 2,
                                     "it is above 0, and at most half the raised rate");
    if (e.window) d.window = *e.window;
    if (e.beta) d.beta = notes.clamped(name + " beta", *e.beta, 0.0, 50.0, "it lies between 0 and 50");
    if (d.family == FilterFamily::ideal) {
        if (e.taps) notes.add(name + " taps: an ideal filter has none");
        return;
    }
    if (e.taps)
        d.taps =
            notes.clamped(name + " taps", *e.taps, fewest_taps, kMostTaps,
                          *e.taps > kMostTaps ? "no more are taken" : "with fewer, some samples would get nothing");
    if (d.radial && d.taps % 2) {
        ++d.taps;
        notes.add(name + " taps " + std::to_string(d.taps - 1) + " -> " + std::to_string(d.taps) +
                  ": a radial filter has an even number");
    }
}

/// `fewest_taps`: a filter that raises the rate needs one for each sample it makes.
void edit_filter(FilterDesign& d, const FilterEdit& e, const std::string& name, int taps_per_factor, int fewest_taps,
                 const Notes& notes) {
    if (e.empty()) return;
    if (d.factor == 1) {
        notes.add(name + " filter: the rate does not change here, so there is nothing to filter");
        return;
    }
    const bool was_designed = !is_spline(d.family);
    if (e.family) d.family = *e.family;
    d.own.clear();
    if (is_spline(d.family)) {
        d.taps = spline_taps(d.family, d.factor);
        edit_spline(d, e, name, notes);
        return;
    }
    if (!was_designed) d.taps = taps_per_factor * d.factor;
    edit_design(d, e, name, fewest_taps, notes);
}

void set_oversampling(LayerSampling& s, int m) {
    s.oversampling = m;
    const double raised = std::max(s.in_rate, s.out_rate) * m;
    const auto follow = [&](FilterDesign& f, double rate) {
        f.factor = static_cast<int>(std::rint(raised / rate));
        f.rate = raised;
        f.taps = f.factor > 1 ? s.taps_per_factor * f.factor : 1;
        f.own.clear();
    };
    follow(s.up, s.in_rate);
    follow(s.down, s.out_rate);
}

/// Raised samples of padding per axis, both sides together; negative crops.
std::int64_t total_padding(const LayerSampling& s) {
    return (std::int64_t{s.out_size} - 1) * s.down.factor + 1 - std::int64_t{s.in_size} * s.up.factor + s.up.taps +
           s.down.taps - 2;
}

/// Input and output lie on the same centres.
bool centred(const LayerSampling& s) { return (total_padding(s) + s.up.factor) % 2 != 0; }

void keep_in_place(LayerSampling& s, const LayerEdit& e, const Notes& notes) {
    const auto free = [](const FilterDesign& f) { return f.taps > 1 && !f.radial && f.family != FilterFamily::ideal; };
    FilterDesign* chosen = nullptr;
    for (auto [filter, edit] : {std::pair(&s.up, &e.up), std::pair(&s.down, &e.down)})
        if (free(*filter) && (!chosen || (!edit->empty() && e.up.empty()))) chosen = filter;
    if (!chosen) {
        notes.add("the picture moves by half a sample of the raised rate: one filter has odd, the other even taps");
        return;
    }
    const int step = chosen->taps < kMostTaps ? 1 : -1;
    notes.add((chosen == &s.up ? std::string("up") : std::string("down")) + " taps " + std::to_string(chosen->taps) +
              " -> " + std::to_string(chosen->taps + step) +
              ": otherwise the picture would move by half a sample of the raised rate");
    chosen->taps += step;
    chosen->own.clear();
}

void edit_nonlinearity(LayerSampling& s, const LayerEdit& e, const Notes& notes) {
    if (!s.has_nonlinearity) {
        if (!e.up.empty() || !e.down.empty() || e.oversampling || e.slope || e.critical)
            notes.add("this layer has no nonlinearity, and nothing to filter around it");
        return;
    }
    if (e.oversampling && *e.oversampling != s.oversampling) {
        const int asked = *e.oversampling, m = asked >= 8 ? 8 : asked >= 4 ? 4 : asked >= 2 ? 2 : 1;
        if (m != asked) notes.add("m " + std::to_string(asked) + " -> " + std::to_string(m) + ": it is 1, 2, 4 or 8");
        if (m != s.oversampling) set_oversampling(s, m);
    }
    if (e.slope) s.slope = notes.clamped("slope", *e.slope, 0.0, 1.0, "it lies between 0 and 1");
    if (e.critical && *e.critical) {
        s.critical = true;
        s.up.cutoff = s.in_rate / 2;
        s.down.cutoff = s.out_rate / 2;
        s.up.own.clear();
        s.down.own.clear();
    }
    edit_filter(s.up, e.up, "up", s.taps_per_factor, s.up.factor, notes);
    edit_filter(s.down, e.down, "down", s.taps_per_factor, 1, notes);
    if (!centred(s)) keep_in_place(s, e, notes);
}

} // namespace

LayerSampling sampling_of(const LayerPlan& p, const GeneratorConfig& c) {
    LayerSampling s;
    s.name = p.name;
    s.has_nonlinearity = !p.is_torgb;
    s.has_noise = !p.is_torgb;
    s.in_rate = p.in_sampling_rate;
    s.out_rate = p.out_sampling_rate;
    s.has_margin = p.in_size > s.in_rate || p.out_size > s.out_rate;
    s.in_size = p.in_size + p.conv_kernel - 1;
    s.out_size = p.out_size;
    s.oversampling = p.is_torgb ? 1 : c.lrelu_upsampling;
    s.taps_per_factor = c.filter_size;
    s.up.taps = p.up_taps;
    s.up.cutoff = p.in_cutoff;
    s.up.half_width = p.in_half_width;
    s.up.rate = s.down.rate = p.tmp_sampling_rate;
    s.up.factor = p.up_factor;
    s.down.taps = p.down_taps;
    s.down.cutoff = p.out_cutoff;
    s.down.half_width = p.out_half_width;
    s.down.radial = c.use_radial_filters && !p.is_critically_sampled;
    s.down.factor = p.down_factor;
    s.slope = p.is_torgb ? 1 : 0.2;
    s.gain = p.is_torgb ? 1 : std::sqrt(2.0);
    s.clamp = c.conv_clamp;
    s.pad_low = p.padding_low;
    s.pad_high = p.padding_high;
    return s;
}

LayerSampling stylegan2_sampling(const std::string& name, int resolution, const GeneratorConfig& c) {
    LayerSampling s;
    s.name = name;
    s.in_rate = s.out_rate = resolution;
    s.in_size = s.out_size = resolution;
    s.gain = std::sqrt(2.0);
    s.clamp = c.conv_clamp;
    s.noise = 1;
    // As the alias-free network's last layers, which are critically sampled.
    const double relative_half_width = std::exp2(0.3) - 1;
    for (auto* f : {&s.up, &s.down}) {
        f->cutoff = resolution / 2.0;
        f->half_width = relative_half_width * f->cutoff;
        f->rate = resolution;
    }
    s.resample.family = FilterFamily::binomial;
    s.resample.taps = 4;
    s.resample.cutoff = resolution / 4.0;
    s.resample.half_width = relative_half_width * s.resample.cutoff;
    s.resample.rate = resolution;
    s.resample.factor = 2;
    return s;
}

void set_padding(LayerSampling& s) {
    const auto total = total_padding(s);
    const auto low = static_cast<std::int64_t>(std::floor(static_cast<double>(total + s.up.factor) / 2.0));
    s.pad_low = static_cast<int>(low);
    s.pad_high = static_cast<int>(total - low);
}

EditedSampling edited(const LayerSampling& stock, const LayerEdit& e) {
    EditedSampling out{stock, {}};
    auto& s = out.sampling;
    const Notes notes(out.notes);
    edit_nonlinearity(s, e, notes);
    if (s.has_resample)
        edit_filter(s.resample, e.resample, "resample", s.taps_per_factor, s.resample.factor, notes);
    else if (!e.resample.empty())
        notes.add("this layer has no resampling filter of its own");
    if (s.has_resample && s.resample.taps % 2 != 0)
        notes.add("resample: an odd number of taps moves the picture by half a sample");
    if (e.clamp) s.clamp = notes.clamped("clamp", *e.clamp, 1e-3, 1e6, "it lies between 0.001 and 1000000");
    const auto take = [&](const auto& asked, auto& value, bool has, const char* why) {
        if (!asked) return;
        if (has)
            value = *asked;
        else
            notes.add(why);
    };
    take(e.noise, s.noise, s.has_noise, "this layer takes no per-pixel noise");
    s.noise = notes.clamped("noise", s.noise, 0.0, 100.0, "it lies between 0 and 100");
    take(e.zero_margin, s.zero_margin, s.has_margin, "this layer has no margin");
    take(e.moved_pixels, s.moved_pixels, s.is_fourier_input, "only the input's features can be moved as pixels");
    if (s.has_nonlinearity) set_padding(s);
    return out;
}

LayerEdit applicable(const LayerEdit& e, const LayerSampling& l) {
    LayerEdit out;
    if (l.has_nonlinearity) {
        out.up = e.up;
        out.down = e.down;
        out.oversampling = e.oversampling;
        out.slope = e.slope;
        out.critical = e.critical;
    }
    if (l.has_resample) out.resample = e.resample;
    if (l.clamp) out.clamp = e.clamp;
    if (l.has_noise) out.noise = e.noise;
    if (l.has_margin) out.zero_margin = e.zero_margin;
    if (l.is_fourier_input) out.moved_pixels = e.moved_pixels;
    return out;
}

namespace {

template <class T>
void take(std::optional<T>& to, const std::optional<T>& from) {
    if (from) to = from;
}

/// Fields that `over` sets replace those of `base`.
FilterEdit merged(FilterEdit base, const FilterEdit& over) {
    take(base.family, over.family);
    take(base.cutoff, over.cutoff);
    take(base.half_width, over.half_width);
    take(base.taps, over.taps);
    take(base.window, over.window);
    take(base.beta, over.beta);
    take(base.radial, over.radial);
    return base;
}

LayerEdit merged(LayerEdit base, const LayerEdit& over) {
    base.up = merged(base.up, over.up);
    base.down = merged(base.down, over.down);
    base.resample = merged(base.resample, over.resample);
    take(base.oversampling, over.oversampling);
    take(base.slope, over.slope);
    take(base.clamp, over.clamp);
    take(base.noise, over.noise);
    take(base.zero_margin, over.zero_margin);
    take(base.critical, over.critical);
    take(base.moved_pixels, over.moved_pixels);
    return base;
}

} // namespace

Edits edits_for(const Edits& asked, const std::vector<LayerSampling>& layers) {
    Edits out;
    if (const auto* all = asked.find("all"))
        for (const auto& l : layers) out.set(l.name, applicable(*all, l));
    for (const auto& [name, edit] : asked.layers) {
        if (name == "all") continue;
        const bool known = std::any_of(layers.begin(), layers.end(), [&](const auto& l) { return l.name == name; });
        if (!known) {
            std::string names;
            for (const auto& l : layers) names += (names.empty() ? "" : ", ") + l.name;
            throw std::invalid_argument("edits: the model has no layer '" + name + "'; it has " + names);
        }
        const auto* base = out.find(name);
        out.set(name, merged(base ? *base : LayerEdit{}, edit));
    }
    return out;
}

signal::FilterTaps taps_of(const FilterDesign& d) {
    if (!d.own.empty()) return {d.own.size() == static_cast<std::size_t>(d.taps) ? 1 : d.taps, d.taps, d.own};
    if (d.taps <= 1 || d.family == FilterFamily::ideal) return {};
    if (is_spline(d.family)) return spline(d);
    return signal::design_lowpass(spec_of(d));
}

double beta_of(const FilterDesign& d) { return signal::beta_of(spec_of(d)); }

} // namespace unstuck::model
