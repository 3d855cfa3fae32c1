#include "core/engine/layer_spectra.hpp"

#include "core/latent/seed_w.hpp"
#include "core/measure/running_moments.hpp"
#include "core/signal/energy_beyond.hpp"
#include "core/signal/gpu_spectrum.hpp"
#include "core/signal/spectrum.hpp"

#include <ATen/ATen.h>

namespace unstuck::engine {

namespace {

std::vector<double> numbers(const at::Tensor& row) {
    const auto x = row.contiguous();
    return {x.const_data_ptr<double>(), x.const_data_ptr<double>() + x.numel()};
}

/// A curve's power and decibels over seeds.
class RunningCurve {
  public:
    void add(const signal::SpectrumCurve& curve) {
        frequency_ = curve.frequency;
        const auto db = at::tensor(curve.db, at::kDouble);
        moments_.add(at::stack({at::pow(10.0, db / 10), db}));
    }
    CurveOverSeeds value() const {
        CurveOverSeeds out;
        if (moments_.count() == 0) return out;
        const auto mean = moments_.mean(), stddev = moments_.variance().sqrt();
        out.frequency = frequency_;
        out.power = numbers(mean[0]);
        out.power_stddev = numbers(stddev[0]);
        for (const double p : out.power) out.db.push_back(signal::to_db(p));
        out.db_stddev = numbers(stddev[1]);
        return out;
    }

  private:
    std::vector<double> frequency_;
    measure::RunningMoments moments_;
};

/// The share beyond one frequency over seeds.
class RunningShare {
  public:
    explicit RunningShare(double frequency) : frequency_(frequency) {}
    void add(const signal::LayerSpectrum& s, double beta) {
        if (!floor_) floor_ = signal::floor_beyond(s, frequency_, beta);
        moments_.add(at::scalar_tensor(signal::share_beyond(s, frequency_), at::kDouble));
    }
    std::optional<ShareOverSeeds> value() const {
        if (moments_.count() == 0) return std::nullopt;
        return ShareOverSeeds{frequency_, moments_.mean().item<double>(), moments_.variance().sqrt().item<double>(),
                              *floor_};
    }

  private:
    double frequency_;
    std::optional<double> floor_;
    measure::RunningMoments moments_;
};

/// One layer's averages.
struct RunningLayer {
    model::LayerInfo layer;
    bool wanted = true, flat = true;
    RunningCurve radial = {}, slice_0 = {}, slice_45 = {};
    std::optional<RunningShare> beyond_cutoff = {}, beyond_next = {};

    void add(const signal::LayerSpectrum& s, double beta) {
        radial.add(s.radial);
        slice_0.add(s.slice_0);
        slice_45.add(s.slice_45);
        if (s.flat) return;
        flat = false;
        for (auto* share : {&beyond_cutoff, &beyond_next})
            if (*share) (*share)->add(s, beta);
    }
    LayerOverSeeds value(int seeds) const {
        LayerOverSeeds out;
        out.layer = layer;
        out.seeds = seeds;
        out.flat = flat;
        out.radial = radial.value();
        out.slice_0 = slice_0.value();
        out.slice_45 = slice_45.value();
        if (beyond_cutoff) out.beyond_cutoff = beyond_cutoff->value();
        if (beyond_next) out.beyond_next = beyond_next->value();
        return out;
    }
};

signal::LayerSpectrum spectrum_of(const model::Synthesis& synthesis, const at::Tensor& shown, double rate,
                                  double beta) {
    const auto* gpu = synthesis.gpu();
    if (!gpu) return signal::layer_spectrum(shown[0], rate, beta);
    const auto images = gpu->as_images(shown, shown.scalar_type());
    return signal::layer_spectrum(*gpu, images, signal::channel_sums(*gpu, images), rate, beta);
}

} // namespace

struct LayerSpectra::State {
    std::vector<RunningLayer> layers;
    std::size_t count = 0; ///< Layers that have to run.
    double beta = 8;
    int seeds = 0;
};

LayerSpectra::LayerSpectra(const std::vector<model::LayerInfo>& layers, double beta, int only)
    : state_(std::make_unique<State>()) {
    state_->beta = beta;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        RunningLayer l{layers[i]};
        l.wanted = only < 0 || i == static_cast<std::size_t>(only);
        if (l.wanted) state_->count = i + 1;
        if (layers[i].cutoff > 0) l.beyond_cutoff.emplace(layers[i].cutoff);
        if (i + 1 < layers.size() && layers[i + 1].sampling_rate < layers[i].sampling_rate)
            l.beyond_next.emplace(layers[i + 1].sampling_rate / 2);
        state_->layers.push_back(std::move(l));
    }
}

LayerSpectra::~LayerSpectra() = default;
LayerSpectra::LayerSpectra(LayerSpectra&&) noexcept = default;
LayerSpectra& LayerSpectra::operator=(LayerSpectra&&) noexcept = default;

int LayerSpectra::seeds() const { return state_->seeds; }

bool LayerSpectra::add(const model::Generator& generator, const model::SynthesisInput& base, const SeedLatent& latent,
                       const std::stop_token& stop) {
    const c10::InferenceMode inference;
    const auto& synthesis = generator.synthesis();
    auto input = base;
    input.ws =
        generator.truncate(latent::seed_w(generator, latent.seed, latent.class_index), latent.psi, latent.cutoff);
    input.staged.reset(); // another frame's may still be read
    synthesis.stage(input);
    std::vector<signal::LayerSpectrum> spectra;
    model::Activation a;
    for (std::size_t i = 0; i < state_->count; ++i) {
        if (stop.stop_requested()) return false;
        a = synthesis.run(i, a, input);
        const auto& layer = state_->layers[i];
        if (layer.wanted) spectra.push_back(spectrum_of(synthesis, a.shown, layer.layer.sampling_rate, state_->beta));
    }
    add(spectra);
    return true;
}

void LayerSpectra::add(const std::vector<signal::LayerSpectrum>& spectra) {
    const c10::InferenceMode inference;
    auto next = spectra.begin();
    for (auto& l : state_->layers)
        if (l.wanted) l.add(*next++, state_->beta);
    ++state_->seeds;
}

std::vector<LayerOverSeeds> LayerSpectra::snapshot() const {
    const c10::InferenceMode inference;
    std::vector<LayerOverSeeds> out;
    for (const auto& l : state_->layers)
        if (l.wanted) out.push_back(l.value(state_->seeds));
    return out;
}

} // namespace unstuck::engine
