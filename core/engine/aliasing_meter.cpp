// Every layer's aliasing, pooled over latents.
#include "core/engine/meters.hpp"
#include "core/measure/layer_aliasing.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace unstuck::engine {

namespace {

/// The mean of curves over the same frequencies, in power.
class MeanSpectrum {
  public:
    void add(const signal::SpectrumCurve& curve) {
        if (power_.empty()) {
            frequency_ = curve.frequency;
            power_.assign(curve.db.size(), 0);
        }
        for (std::size_t i = 0; i < std::min(power_.size(), curve.db.size()); ++i)
            power_[i] += std::pow(10, curve.db[i] / 10);
        ++count_;
    }
    signal::SpectrumCurve read() const {
        signal::SpectrumCurve out{frequency_, power_};
        for (double& v : out.db) v = 10 * std::log10(v / count_);
        return out;
    }

  private:
    std::vector<double> frequency_, power_;
    int count_ = 0;
};

class AliasingMeter final : public Meter {
  public:
    AliasingMeter(const Subject& subject, const AliasingSettings& settings, Sink<AliasingSettings> sink)
        : rendering_(subject), s_(settings), sink_(std::move(sink)) {
        if (s_.samples < 1) throw std::invalid_argument("aliasing: at least 1 sample");
        const auto& synthesis = rendering_.generator().synthesis();
        for (std::size_t i = 0; i < synthesis.layers().size(); ++i)
            result_.layers.push_back({synthesis.layers()[i].name, synthesis.sampling()[i].has_nonlinearity, {}, {}});
        pools_.resize(result_.layers.size());
        spectra_.resize(result_.layers.size());
    }
    int steps() const override { return s_.fresh_latents ? s_.samples : 1; }

    void step(int index) override {
        auto input = rendering_.input();
        if (s_.fresh_latents) {
            const auto seed = s_.seed + static_cast<std::uint32_t>(index);
            input = rendering_.with_edits(measure::eq_input(rendering_.generator(), seed));
        }
        const auto all = measure::all_layers_aliasing(rendering_.generator().synthesis(), input);
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!all[i].applies) continue;
            const auto& r = all[i].reading;
            pools_[i].add({r.error, r.signal});
            auto& reading = result_.layers[i].reading;
            reading = measure::as_ratio(pools_[i].read());
            if (reading.state == measure::ReadingState::no_overlap) reading.state = r.state; // or there is no signal
            if (r.state != measure::ReadingState::measured) continue;
            spectra_[i].add(r.difference.radial);
            result_.layers[i].difference = spectra_[i].read();
        }
        result_.samples = index + 1;
        sink_->set(result_);
    }

  private:
    Rendering rendering_;
    AliasingSettings s_;
    Sink<AliasingSettings> sink_;
    std::vector<measure::EqPool> pools_;
    std::vector<MeanSpectrum> spectra_;
    AliasingResult result_;
};

} // namespace

std::unique_ptr<Meter> make_meter(const Subject& subject, const AliasingSettings& settings,
                                  Sink<AliasingSettings> sink) {
    return std::make_unique<AliasingMeter>(subject, settings, std::move(sink));
}

} // namespace unstuck::engine
