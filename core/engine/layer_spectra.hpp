#pragma once
#include "core/model/types.hpp"
#include "core/signal/layer_spectrum.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace unstuck::model {
class Generator;
struct SynthesisInput;
} // namespace unstuck::model

namespace unstuck::engine {

/// A curve averaged over seeds. All vectors are alike long.
struct CurveOverSeeds {
    std::vector<double> frequency;           ///< Cycles per image side.
    std::vector<double> power, power_stddev; ///< Mean and standard deviation (n - 1; 0 for one seed) over seeds.
    std::vector<double> db;                  ///< 10 log10 of the mean power.
    std::vector<double> db_stddev;           ///< Standard deviation of the seeds' own decibels: the band is db +- this.
};

/// The share of power at radius > `frequency`, averaged over the seeds whose layer is not constant.
struct ShareOverSeeds {
    double frequency = 0;        ///< Cycles per image side.
    double mean = 0, stddev = 0; ///< 0 .. 1.
    double floor = 0;            ///< What the window alone leaks there: signal::EnergyBeyond::floor.
};

/// One layer's power spectrum over seeds, in absolute terms: white noise of variance v has power v, 10 log10 v dB.
struct LayerOverSeeds {
    model::LayerInfo layer;
    int seeds = 0;
    bool flat = true; ///< Constant for every seed so far: there is no spectrum.
    CurveOverSeeds radial, slice_0, slice_45;
    /// Beyond f_c; none where the design names no cutoff. The passband counted is the disk of radius f_c, as radial
    /// filters have it. Separable filters pass the square |f_x|, |f_y| <= f_c: what they let through in its corners, up
    /// to sqrt(2) f_c along the diagonal, counts as beyond, so that their shares compare with one another only.
    std::optional<ShareOverSeeds> beyond_cutoff;
    /// Beyond s/2 of the layer that follows; none where that one is not sampled more coarsely.
    std::optional<ShareOverSeeds> beyond_next;
};

/// Which latent a seed stands for.
struct SeedLatent {
    std::uint32_t seed = 0;
    double psi = 1;
    int cutoff = -1;      ///< Rows of w that are truncated; -1 for all.
    int class_index = -1; ///< -1: the class that the seed draws.
};

/// The spectra of a model's layers, averaged over seeds as they come: one synthesis per seed serves all layers, each
/// activation is seen once and let go. Same window and scale as the live spectrum (signal::layer_spectrum). On the
/// processor or a GPU, wherever the generator computes. One thread at a time.
/// Source: spec/metrics.md, "Spectra"; test: tests/unit/layer_spectra_test.cpp.
class LayerSpectra {
  public:
    /// `beta` of the Kaiser window; `only`: index of the one layer that is wanted (those after it do not run), -1 for
    /// all.
    explicit LayerSpectra(const std::vector<model::LayerInfo>& layers, double beta = 8, int only = -1);
    ~LayerSpectra();
    LayerSpectra(LayerSpectra&&) noexcept;
    LayerSpectra& operator=(LayerSpectra&&) noexcept;

    /// Adds one seed: `base` with the w of `latent`, which takes the place of its own. Returns false, and adds nothing,
    /// when `stop` is asked for, which is looked at between layers. The generator's layers are those of the
    /// constructor.
    bool add(const model::Generator& generator, const model::SynthesisInput& base, const SeedLatent& latent,
             const std::stop_token& stop = {});

    /// Adds one seed whose spectra are known: one for each layer that is wanted, taken with the constructor's beta.
    void add(const std::vector<signal::LayerSpectrum>& spectra);

    int seeds() const; ///< Added so far.

    /// The averages so far, in the order of the network: at any time between two seeds.
    std::vector<LayerOverSeeds> snapshot() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace unstuck::engine
