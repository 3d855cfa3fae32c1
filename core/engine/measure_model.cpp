#include "core/engine/measure_model.hpp"

#include "core/engine/frame_renderer.hpp"
#include "core/measure/layer_aliasing.hpp"
#include "core/measure/layer_equivariance.hpp"
#include "core/measure/sticking.hpp"
#include "core/ops/stopwatch.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <cmath>
#include <stdexcept>

namespace unstuck::engine {

namespace {

using measure::EqKind;

constexpr std::array<const char*, 6> kNames = {"eqt", "eqt-frac", "eqr", "aliasing", "layers", "sticking"};

/// A pool of samples with its name.
struct Pooled {
    std::string name;
    measure::EqPool pool;
    std::vector<double> each;
    bool is_ratio = false; ///< Samples are {noise, signal}.

    measure::EqReading read(const measure::EqPool& p) const {
        return is_ratio ? measure::as_ratio(p.read()) : p.read();
    }

    void add(const measure::EqSample& sample) {
        pool.add(sample);
        measure::EqPool alone;
        alone.add(sample);
        each.push_back(read(alone).db);
    }
    MeasuredValue value() const {
        MeasuredValue out;
        const auto r = read(pool);
        out.name = name;
        out.unit = "dB";
        out.state = measure::state_text(r.state);
        out.samples = r.samples;
        out.each = each;
        if (r.state == measure::ReadingState::measured || r.state == measure::ReadingState::identical) out.value = r.db;
        if (r.interval) out.ci95 = {{r.interval->low, r.interval->high}};
        return out;
    }
};

/// Takes sample after sample of a model.
class Meter {
  public:
    Meter(const model::Generator& g, const MeasureRequest& request) : g_(g), r_(request) {
        if (!r_.edits.empty())
            edits_ = std::make_shared<model::Edits>(model::edits_for(r_.edits, g.synthesis().sampling()));
        const bool aliasing = r_.quantity == Quantity::aliasing;
        if (r_.quantity != Quantity::layers && !aliasing)
            pools_ = {{kNames[static_cast<std::size_t>(r_.quantity)], {}, {}, false}};
        else
            for (const auto& l : g.synthesis().layers()) pools_.push_back({l.name, {}, {}, aliasing});
    }

    void take(int index) {
        auto input = measure::eq_input(g_, r_.seed + static_cast<std::uint32_t>(index));
        input.edits = edits_;
        if (r_.quantity == Quantity::aliasing) return take_aliasing(input);
        if (r_.quantity == Quantity::sticking) return take_sticking(index, input);
        if (r_.quantity == Quantity::layers) return take_layers(index, input);
        const auto kind = r_.quantity == Quantity::eqt   ? EqKind::translation
                          : r_.quantity == Quantity::eqr ? EqKind::rotation
                                                         : EqKind::fractional;
        pools_.front().add(measure::measure_eq(kind, render(input), move(kind, index)));
    }

    void finish(Measurement& out) const {
        if (r_.quantity != Quantity::sticking) {
            for (std::size_t i = 0; i < pools_.size(); ++i) {
                // Without a nonlinearity there is nothing that could alias.
                if (r_.quantity == Quantity::aliasing && !g_.synthesis().sampling()[i].has_nonlinearity) continue;
                out.values.push_back(pools_[i].value());
            }
            return;
        }
        out.values.push_back(mean_of_indices());
        out.floor = 1.0 / r_.views;
    }

  private:
    /// Pictures on the processor in float32, wherever they are made.
    measure::Render render(const model::SynthesisInput& input) const {
        const auto made = measure::render_of(g_, input);
        return [made](const model::Matrix3& m) { return made(m).to(at::kCPU, at::kFloat); };
    }
    measure::EqMove move(EqKind kind, int index) const {
        const auto side = g_.config().img_resolution;
        return measure::draw_move(kind, r_.seed, static_cast<std::uint64_t>(index), side, side);
    }

    void take_layers(int index, const model::SynthesisInput& input) {
        const auto all = measure::all_layers_equivariance(g_.synthesis(), input, move(EqKind::fractional, index));
        for (std::size_t i = 0; i < all.size(); ++i) pools_[i].add(all[i].sample);
    }

    void take_aliasing(const model::SynthesisInput& input) {
        const auto all = measure::all_layers_aliasing(g_.synthesis(), input);
        for (std::size_t i = 0; i < all.size(); ++i)
            if (all[i].applies) pools_[i].add({all[i].reading.error, all[i].reading.signal});
    }

    void take_sticking(int index, const model::SynthesisInput& input) {
        const auto side = g_.config().img_resolution;
        measure::StickingIndex meter;
        const auto picture = render(input);
        for (const auto& m : measure::sticking_moves(r_.views, measure::sticking_range_px(side, side),
                                                     r_.seed + static_cast<std::uint64_t>(index))) {
            const measure::EqMove t{m.dx / side, m.dy / side, 0};
            meter.add(measure::luminance(picture(measure::inverse_transform(EqKind::fractional, t))), m);
        }
        const auto reading = meter.read();
        if (reading.state == measure::ReadingState::measured)
            indices_.push_back(reading.index);
        else
            sticking_state_ = reading.state;
    }

    /// With the normal approximation's interval of the mean.
    MeasuredValue mean_of_indices() const {
        MeasuredValue out;
        out.name = "sticking";
        out.samples = static_cast<std::int64_t>(indices_.size());
        out.each = indices_;
        out.state = measure::state_text(indices_.empty() ? sticking_state_ : measure::ReadingState::measured);
        if (indices_.empty()) return out;
        const double n = static_cast<double>(indices_.size());
        double mean = 0, squares = 0;
        for (const double v : indices_) mean += v / n;
        for (const double v : indices_) squares += (v - mean) * (v - mean);
        out.value = mean;
        constexpr double kNormal95 = 1.96;
        const double half = n > 1 ? kNormal95 * std::sqrt(squares / (n - 1) / n) : 0;
        if (n > 1) out.ci95 = {{mean - half, mean + half}};
        return out;
    }

    const model::Generator& g_;
    const MeasureRequest& r_;
    std::shared_ptr<const model::Edits> edits_;
    std::vector<Pooled> pools_;
    std::vector<double> indices_;
    measure::ReadingState sticking_state_ = measure::ReadingState::nothing;
};

} // namespace

std::optional<Quantity> parse_quantity(const std::string& name) {
    for (std::size_t i = 0; i < kNames.size(); ++i)
        if (name == kNames[i]) return static_cast<Quantity>(i);
    return std::nullopt;
}

Measurement measure_generator(const model::Generator& generator, const MeasureRequest& request,
                              const std::function<bool(int, int)>& go_on) {
    if (request.samples < 1) throw std::invalid_argument("--samples: at least 1");
    if (request.views < 2) throw std::invalid_argument("--views: at least 2");
    const c10::InferenceMode inference;
    const ops::Stopwatch watch;
    Meter meter(generator, request);
    Measurement out;
    while (out.samples_done < request.samples && !out.stopped) {
        meter.take(out.samples_done);
        ++out.samples_done;
        out.stopped = go_on && !go_on(out.samples_done, request.samples) && out.samples_done < request.samples;
    }
    meter.finish(out);
    out.seconds = watch.ms() / 1e3;
    return out;
}

Measurement measure_model(const MeasureRequest& request, const std::function<bool(int, int)>& go_on) {
    const c10::InferenceMode inference;
    if (request.threads > 0) at::set_num_threads(request.threads);
    const ops::Stopwatch watch;
    LoadOptions options;
    options.target = compute_target(request.device);
    const auto loaded = load_model(request.model, {}, options);
    auto out = measure_generator(*loaded.generator, request, go_on);
    out.seconds = watch.ms() / 1e3;
    return out;
}

} // namespace unstuck::engine
