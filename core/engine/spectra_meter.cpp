// The spectra of all layers over seeds, as a measurement in the background.
#include "core/engine/layer_spectra.hpp"
#include "core/engine/meters.hpp"

#include <stdexcept>

namespace unstuck::engine {

namespace {

class SpectraMeter final : public Meter {
  public:
    SpectraMeter(const Subject& subject, const SpectraSettings& settings, Sink<SpectraSettings> sink)
        : rendering_(subject), s_(settings), latent_(subject.latent), sink_(std::move(sink)),
          spectra_(rendering_.generator().synthesis().layers(), settings.beta) {
        if (s_.seeds < 1) throw std::invalid_argument("spectra: at least 1 seed");
        if (!(s_.beta >= 0 && s_.beta <= 50)) throw std::invalid_argument("spectra: beta is 0 to 50");
    }
    int steps() const override { return s_.seeds; }

    void step(int index) override {
        spectra_.add(
            rendering_.generator(), rendering_.input(),
            {s_.first_seed + static_cast<std::uint32_t>(index), latent_.psi, latent_.cutoff, latent_.class_index});
        sink_->set({spectra_.snapshot(), spectra_.seeds()});
    }

  private:
    Rendering rendering_;
    SpectraSettings s_;
    LatentState latent_;
    Sink<SpectraSettings> sink_;
    LayerSpectra spectra_;
};

} // namespace

std::unique_ptr<Meter> make_meter(const Subject& subject, const SpectraSettings& settings, Sink<SpectraSettings> sink) {
    return std::make_unique<SpectraMeter>(subject, settings, std::move(sink));
}

Subjects over_seeds(Subjects subjects) {
    for (auto& s : subjects) {
        LatentState kept;
        kept.psi = s.latent.psi;
        kept.cutoff = s.latent.cutoff;
        kept.class_index = s.latent.class_index;
        kept.noise = s.latent.noise;
        kept.noise_strength = s.latent.noise_strength;
        kept.noise_seed = s.latent.noise_seed;
        s.latent = kept;
    }
    return subjects;
}

std::vector<ModelSpectra> spectra_of(const Run<SpectraSettings>& run) {
    std::vector<ModelSpectra> out(kSides.size());
    for (auto side : kSides) {
        const auto result = run.result(side);
        if (!result) continue;
        const auto& subject = run.subjects[index(side)];
        const auto& info = *subject.model->info;
        out[index(side)] = {info.source, info.title + (subject.edits.empty() ? "" : " (edited)"), result->layers};
    }
    return out;
}

} // namespace unstuck::engine
