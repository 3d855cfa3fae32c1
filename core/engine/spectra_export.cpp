#include "core/engine/spectra_export.hpp"

#include "core/model/design_frequencies.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

namespace unstuck::engine {

namespace {

using CurveOf = CurveOverSeeds LayerOverSeeds::*;

/// The shortest text that reads back as the same number, whatever the locale.
std::string number(double v) {
    char buffer[64];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, v).ptr};
}

std::string field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
}

/// A, B, .. in front of a name: two sets may have the same.
std::string set_label(std::size_t n, std::size_t of, const std::string& title) {
    if (of == 1) return title;
    return (n < 26 ? std::string(1, static_cast<char>('A' + n)) : std::to_string(n + 1)) + "  " + title;
}

std::string count_text(std::int64_t n, const char* what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

/// From tens to tens around the curves, at most 140 dB.
figure::Range decibels(const std::vector<figure::Panel>& panels) {
    double low = 1e30, high = -1e30;
    for (const auto& p : panels)
        for (const auto& c : p.curves)
            for (const double v : c.y) low = std::min(low, v), high = std::max(high, v);
    if (!(low <= high)) return {-50, 30};
    high = 10 * std::ceil((high + 3) / 10);
    return {std::max(10 * std::floor((low - 3) / 10), high - 140), high};
}

/// Along the diagonal the grid ends at sqrt(2) s/2, and so does the square that separable filters pass; radial filters
/// pass the disk.
std::vector<model::DesignFrequency> diagonal_frequencies(const model::LayerInfo& l) {
    std::vector<model::DesignFrequency> out;
    if (l.cutoff > 0) out = {{l.cutoff, "f_c"}, {std::numbers::sqrt2 * l.cutoff, "\u221a2 f_c"}};
    if (2 * l.cutoff < l.sampling_rate)
        out.push_back({l.sampling_rate / std::numbers::sqrt2, "\u221a2 s/2"});
    else
        out.back().name += " = \u221a2 s/2";
    return out;
}

/// Lines that another model has at the same place are not its own any more: grey.
void add_marks(figure::Panel& panel, const std::vector<model::DesignFrequency>& frequencies,
               const figure::Colour& colour) {
    for (const auto& d : frequencies) {
        const auto same = [&](const figure::Mark& m) {
            return m.label == d.name && std::abs(m.x - d.frequency) < 1e-6;
        };
        const auto found = std::find_if(panel.marks.begin(), panel.marks.end(), same);
        if (found == panel.marks.end())
            panel.marks.push_back({d.frequency, d.name, colour});
        else
            found->colour = {105, 110, 116};
    }
}

/// Adds one curve of one model to a panel.
void add_curve(figure::Panel& panel, CurveOf curve, const LayerOverSeeds& l, std::size_t model,
               const std::string& label) {
    const auto& c = l.*curve;
    figure::Curve out{label, figure::set_colour(model), figure::set_dash(model), c.frequency, c.db, {}, {}};
    if (l.seeds > 1)
        for (std::size_t i = 0; i < c.db.size(); ++i) {
            out.low.push_back(c.db[i] - c.db_stddev[i]);
            out.high.push_back(c.db[i] + c.db_stddev[i]);
        }
    if (!c.frequency.empty()) panel.x.high = std::max(panel.x.high, c.frequency.back());
    if (!l.flat) panel.curves.push_back(std::move(out));
    const bool diagonal = curve == &LayerOverSeeds::slice_45;
    add_marks(panel, diagonal ? diagonal_frequencies(l.layer) : model::design_frequencies(l.layer),
              figure::set_colour(model));
    for (const auto& m : panel.marks) panel.x.high = std::max(panel.x.high, m.x);
}

/// All models' layers of one name.
struct NamedLayer {
    std::string name;
    std::vector<std::pair<std::size_t, const LayerOverSeeds*>> of; ///< Model, layer.
};

std::vector<NamedLayer> by_name(const std::vector<ModelSpectra>& models) {
    std::vector<NamedLayer> out;
    for (std::size_t m = 0; m < models.size(); ++m)
        for (const auto& l : models[m].layers) {
            const auto same = [&](const NamedLayer& n) { return n.name == l.layer.name; };
            auto found = std::find_if(out.begin(), out.end(), same);
            if (found == out.end()) found = out.insert(out.end(), {l.layer.name, {}});
            found->of.emplace_back(m, &l);
        }
    return out;
}

figure::Panel panel_of(const NamedLayer& layer, CurveOf curve, const std::vector<ModelSpectra>& models) {
    figure::Panel panel;
    panel.title = layer.name;
    for (const auto& [m, l] : layer.of) add_curve(panel, curve, *l, m, set_label(m, models.size(), models[m].title));
    if (panel.curves.empty()) panel.title += " (constant: no spectrum)";
    return panel;
}

struct NamedCurve {
    const char *name, *title;
    CurveOf curve;
};
constexpr std::array<NamedCurve, 3> kCurves = {{{"radial", "radial mean", &LayerOverSeeds::radial},
                                                {"0", "0\u00b0", &LayerOverSeeds::slice_0},
                                                {"45", "45\u00b0", &LayerOverSeeds::slice_45}}};

} // namespace

std::string layer_csv(const std::vector<ModelSpectra>& models) {
    std::string out = "model,layer,curve,frequency (cycles per image),mean (dB),low (dB),high (dB)\r\n";
    for (const auto& m : models)
        for (const auto& l : m.layers)
            for (const auto& c : kCurves) {
                const auto& v = l.*c.curve;
                for (std::size_t i = 0; i < v.db.size(); ++i)
                    out += field(m.source) + "," + field(l.layer.name) + "," + c.name + "," + number(v.frequency[i]) +
                           "," + number(v.db[i]) + "," + number(v.db[i] - v.db_stddev[i]) + "," +
                           number(v.db[i] + v.db_stddev[i]) + "\r\n";
            }
    return out;
}

std::string image_csv(const std::vector<ImageSpectrum>& sets) {
    std::string out = "set,curve,frequency (cycles per image),power (dB)\r\n";
    for (const auto& s : sets)
        for (const auto& [name, c] : {std::pair("0", &s.slice_0), std::pair("45", &s.slice_45)})
            for (std::size_t i = 0; i < c->db.size(); ++i)
                out += field(s.source) + "," + name + "," + number(c->frequency[i]) + "," + number(c->db[i]) + "\r\n";
    return out;
}

figure::Figure layer_figure(const std::vector<ModelSpectra>& models) {
    figure::Figure f;
    const auto layers = by_name(models);
    f.x_label = "cycles per image";
    f.y_label = "power (dB)";
    int seeds = 0;
    for (const auto& l : layers)
        for (const auto& [m, spectra] : l.of) seeds = std::max(seeds, spectra->seeds);
    f.note = "mean of " + count_text(seeds, "seed") + (seeds > 1 ? ", band: one standard deviation of their dB" : "") +
             "; white noise of variance v reads 10 log10 v";
    if (layers.size() == 1) {
        f.title = "Spectrum of layer " + layers[0].name;
        for (const auto& c : kCurves) {
            f.panels.push_back(panel_of(layers[0], c.curve, models));
            f.panels.back().title = c.title;
        }
        f.columns = 3;
    } else {
        f.title = "Spectra of layers, radial mean";
        for (const auto& l : layers) f.panels.push_back(panel_of(l, &LayerOverSeeds::radial, models));
        f.columns = layers.size() > 8 ? 4 : layers.size() > 4 ? 3 : 2;
        f.panel_width = 240;
        f.panel_height = 170;
    }
    const auto y = decibels(f.panels);
    for (auto& p : f.panels) {
        p.y = y;
        p.x.high *= 1.02; // the last line is not the frame
    }
    return f;
}

figure::Figure image_figure(const std::vector<ImageSpectrum>& sets) {
    figure::Figure f;
    f.title = "Average power spectrum of images";
    f.x_label = "cycles per image";
    f.y_label = "power (dB)";
    f.panel_width = 380;
    f.panel_height = 260;
    f.columns = 2;
    f.panels.resize(2);
    for (std::size_t i = 0; i < 2; ++i) {
        auto& p = f.panels[i];
        p.title = i ? "45\u00b0" : "0\u00b0";
        p.y = {-50, 30}; // as published
        for (std::size_t s = 0; s < sets.size(); ++s) {
            const auto& c = i ? sets[s].slice_45 : sets[s].slice_0;
            const auto label =
                set_label(s, sets.size(), sets[s].title) + " (" + count_text(sets[s].images, "image") + ")";
            p.curves.push_back({label, figure::set_colour(s), figure::set_dash(s), c.frequency, c.db, {}, {}});
            if (!c.frequency.empty()) p.x.high = std::max(p.x.high, c.frequency.back());
        }
    }
    f.note = "Kaiser window, zero-padded 4 times; white noise of the set's variance reads 0 dB";
    return f;
}

figure::Figure heatmap_figure(const std::vector<ImageSpectrum>& sets) {
    figure::Figure f;
    f.title = "Average power spectrum of images";
    f.note = "smoothed by 1.25 cycles per image";
    f.x_label = f.y_label = "cycles per image";
    f.panel_width = f.panel_height = 340;
    f.columns = std::min(static_cast<int>(sets.size()), 3);
    for (std::size_t s = 0; s < sets.size(); ++s) {
        const auto& set = sets[s];
        figure::Panel p;
        p.title = set_label(s, sets.size(), set.title) + " (" + count_text(set.images, "image") + ")";
        p.x = p.y = {-set.size / 2.0, set.size / 2.0};
        p.map = {set.heatmap_side, set.heatmap_db, -40, 20, "dB"};
        f.panels.push_back(std::move(p));
    }
    return f;
}

} // namespace unstuck::engine
