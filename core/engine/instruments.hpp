#pragma once
#include "core/engine/image.hpp"
#include "core/engine/job_queue.hpp"
#include "core/engine/measure_spectra.hpp"
#include "core/engine/scene.hpp"
#include "core/measure/pooled.hpp"
#include "core/signal/layer_spectrum.hpp"

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

// Measurements of what is on the screen, step by step in the background: start() queues them, results grow while the
// window shows them. All settings and results are plain values; nothing here needs a tensor library.
namespace unstuck::engine {

struct LoadedModel;

/// What is measured: a model at a point of its latent space, with its edits.
struct Subject {
    std::shared_ptr<const LoadedModel> model; ///< Null: none, nothing is measured.
    LatentState latent;                       ///< Without its animation.
    model::ConstantEdge edge = model::ConstantEdge::periodic;
    model::Edits edits;
    bool operator==(const Subject&) const = default;
};
using Subjects = std::array<Subject, 2>;
Subjects subjects_of(const Scene& scene, const std::array<std::shared_ptr<const LoadedModel>, 2>& models);

/// A result that grows: replaced whole by the one who measures, read by any thread.
template <class T>
class Published {
  public:
    std::shared_ptr<const T> get() const { ///< Null before the first.
        const std::lock_guard lock(mutex_);
        return value_;
    }
    void set(T value) {
        auto next = std::make_shared<const T>(std::move(value));
        const std::lock_guard lock(mutex_);
        value_.swap(next);
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const T> value_;
};

enum class EqMetric { translation, fractional, rotation };
inline constexpr std::array kEqMetrics = {EqMetric::translation, EqMetric::fractional, EqMetric::rotation};

/// The pictures of one sample: what is compared, and where they differ.
struct EqPictures {
    EqMetric metric = EqMetric::translation;
    double tx = 0, ty = 0, angle_rad = 0; ///< How the content was moved: image sides, right and down.
    Image reference;                      ///< The original, moved as a picture.
    Image moved;                          ///< The picture of the moved input.
    Image error;                          ///< moved - reference where the mask is 1, else 0.
    Image mask;                           ///< One channel, 1 where both have data.
};

struct EqResult {
    std::array<measure::EqReading, 3> reading; ///< In the order of kEqMetrics.
    int samples = 0;
    std::shared_ptr<const EqPictures> pictures; ///< Of the last sample, for EqSettings::pictures.
};

/// EQ-T, EQ-T by fractions, and EQ-R, pooled over random moves of one latent.
struct EqSettings {
    using Result = EqResult;
    int samples = 50;           ///< 1 .. : moves, each rendered once per metric.
    std::uint32_t seed = 0;     ///< Of the moves.
    bool fresh_latents = false; ///< Sample i is the latent of seed + i at psi = 1, with noise of its own, as the
                                ///< official metric has it, instead of the subject's.
    std::array<bool, 3> metrics = {true, true, true}; ///< Which ones to measure.
    EqMetric pictures = EqMetric::translation;        ///< Whose pictures to keep.
    bool operator==(const EqSettings&) const = default;
};

struct StickingResult {
    measure::ReadingState state = measure::ReadingState::nothing;
    double index = 0;            ///< 0: detail follows the content, 1: it belongs to the screen.
    double floor = 0;            ///< 1 / views: what so many pictures with nothing in common read.
    int views = 0;               ///< So far.
    int not_finite = 0;          ///< Views left out.
    double range_px = 0;         ///< Content was moved by up to so much on each axis.
    std::vector<double> history; ///< The index after 1, 2, ... views; NaN where there was none.
};

/// Sticking index of the grey picture's detail (measure::StickingIndex).
struct StickingSettings {
    using Result = StickingResult;
    int views = 32;         ///< K, 2 .. 1024.
    std::uint32_t seed = 0; ///< Of the moves.
    bool operator==(const StickingSettings&) const = default;
};

/// A value per layer, in the network's order.
struct LayerReading {
    std::string layer;
    measure::EqReading reading;
};

struct LayersResult {
    std::vector<LayerReading> layers;
    int samples = 0;
};

/// Equivariance of every layer's activations under random translations (measure::layer_equivariance).
struct LayersSettings {
    using Result = LayersResult;
    int samples = 8;
    std::uint32_t seed = 0;
    bool operator==(const LayersSettings&) const = default;
};

struct LayerAliasing {
    std::string layer;
    bool applies = false;             ///< There is a nonlinearity, so that something can alias.
    measure::EqReading reading;       ///< As measure::as_ratio: alias-to-signal, negative where aliasing is weak.
    signal::SpectrumCurve difference; ///< Of the aliasing alone: mean over samples of the power in rings, absolute dB.
};

struct AliasingResult {
    std::vector<LayerAliasing> layers; ///< In the network's order.
    int samples = 0;
};

/// Every layer's alias-to-signal ratio, against itself oversampled 8 times between nearly ideal filters
/// (measure::all_layers_aliasing).
struct AliasingSettings {
    using Result = AliasingResult;
    int samples = 4;           ///< 1 .. : latents.
    std::uint32_t seed = 0;    ///< Of the first latent.
    bool fresh_latents = true; ///< Sample i is the latent of seed + i at psi = 1, as 'unstuck measure' has it. Else the
                               ///< subject's own, which is one sample.
    bool operator==(const AliasingSettings&) const = default;
};

struct LadderRung {
    measure::EqReading fractional;
    measure::EqReading rotation;
    std::shared_ptr<const StickingResult> sticking; ///< Null: not measured (yet).
};

struct LadderResult {
    std::vector<LadderRung> rungs; ///< One for each of model::aliasing_ladder's steps; empty for a StyleGAN2.
};

/// What the steps of model::aliasing_ladder do to one network: each step's edits in place of the subject's. Sample i is
/// the latent of seed + i at psi = 1.
struct LadderSettings {
    using Result = LadderResult;
    int samples = 8;       ///< 1 .. : of EQ-T by fractions, per step.
    bool rotation = false; ///< EQ-R, too.
    int rotation_samples = 4;
    bool sticking = false; ///< The sticking index of the latent of `seed`, too.
    int views = 16;        ///< K of the sticking index.
    std::uint32_t seed = 0;
    bool operator==(const LadderSettings&) const = default;
};

struct MapResult {
    int cells = 0;         ///< Per side.
    std::vector<float> db; ///< [ty, tx], NaN where not measured yet. kMostDb at the middle: nothing was moved.
    int done = 0;          ///< Cells measured.
    /// The cell's translation in image sides: from -reach to reach.
    double translation(int cell) const { return cells > 1 ? kReach * (2.0 * cell / (cells - 1) - 1) : 0; }
    static constexpr double kReach = 1.0 / 8;

    /// The plane as it can be shown while it grows: a cell not measured yet takes the nearest one of the finest grid
    /// that has one. NaN where there is none.
    std::vector<float> filled() const;
};

/// EQ-T by fractions of one move, over tx and ty.
struct MapSettings {
    using Result = MapResult;
    int cells = 33; ///< Per side: 2^k + 1.
    bool operator==(const MapSettings&) const = default;
};

struct AnglesResult {
    std::vector<double> db; ///< At angle i / size turns, NaN where not measured yet.
    int done = 0;
};

/// EQ-R of one rotation, over the angle.
struct AnglesSettings {
    using Result = AnglesResult;
    int angles = 64; ///< A power of two.
    bool operator==(const AnglesSettings&) const = default;
};

struct AverageResult {
    int count = 0;          ///< Pictures so far.
    Image mean;             ///< Of them.
    Image deviation;        ///< Standard deviation per pixel, one channel: root of the channels' mean variance.
    double detail_left = 0; ///< Power of the mean's detail relative to the mean power of the pictures' detail.
    double largest_deviation = 0;
};

/// The mean over a neighbourhood in W: w + sigma (f(z_k) - w_avg) on all rows, z_k the seeds from `seed` on, so that
/// the neighbourhood has the shape of W itself and sigma = 1 is as wide as all of it.
struct AverageSettings {
    using Result = AverageResult;
    int count = 64;
    double sigma = 0.1;
    std::uint32_t seed = 100000;
    bool operator==(const AverageSettings&) const = default;
};

enum class ScanMotion { translation, rotation, latent };

struct ScanResult {
    Image image;  ///< [steps rows, samples of the line]; rows still to come are -1.
    int rows = 0; ///< Done so far.
};

/// A line of the picture, stacked over a motion: what sticks to the screen draws straight streaks.
struct ScanSettings {
    using Result = ScanResult;
    double x0 = 0, y0 = 0.5, x1 = 1, y1 = 0.5; ///< The line's ends in image sides from the upper left corner.
    ScanMotion motion = ScanMotion::translation;
    double amount =
        8; ///< Pixels to the right from -amount to amount; degrees likewise; seeds from 0 to amount along x.
    int steps = 96;
    bool operator==(const ScanSettings&) const = default;
};

struct ClampResult {
    std::vector<std::int64_t> clamped; ///< Of each layer, in the network's order; those still to come are missing.
};

/// How many values each layer cuts off at its clamp, for the picture on the screen. On the processor, where the layers
/// themselves do not count.
struct ClampSettings {
    using Result = ClampResult;
    TransformState transform; ///< Of the image; animations that run outdate the count with every picture.
    bool operator==(const ClampSettings&) const = default;
};

struct SpectraResult {
    std::vector<LayerOverSeeds> layers; ///< In the network's order.
    int seeds = 0;                      ///< So far.
};

/// Power spectra of every layer, averaged over seeds (LayerSpectra). The subjects are those of over_seeds().
struct SpectraSettings {
    using Result = SpectraResult;
    int seeds = 64;               ///< N, 1 .. : one synthesis each.
    std::uint32_t first_seed = 0; ///< The seeds are first_seed, first_seed + 1, ..
    double beta = 8;              ///< Of the Kaiser window, 0 .. 50.
    bool operator==(const SpectraSettings&) const = default;
};

/// The subjects with what counts when seeds take the latent's place: psi, its cutoff, the class and noise. Where the
/// scene is in latent space, mixing and a locked pose are gone from them, so that a change there outdates no average.
Subjects over_seeds(Subjects subjects);

/// The subjects without what a measurement with these settings does not look at, so that only what matters makes it
/// outdated.
template <class Settings>
Subjects relevant(Subjects subjects, const Settings&) {
    return subjects;
}
Subjects relevant(Subjects subjects, const EqSettings& settings);
Subjects relevant(Subjects subjects, const AliasingSettings& settings);
Subjects relevant(Subjects subjects, const LadderSettings& settings);

/// One measurement of both sides under way, or done.
template <class Settings>
struct Run {
    Settings settings;
    Subjects subjects;
    std::array<std::shared_ptr<Published<typename Settings::Result>>, 2> results;

    std::shared_ptr<const typename Settings::Result> result(Side side) const {
        const auto& r = results[index(side)];
        return r ? r->get() : nullptr;
    }
    bool started() const { return results[0] || results[1]; }
    bool is_of(const Subjects& s) const { return started() && relevant(subjects, settings) == relevant(s, settings); }
};

/// The queue's name of such a measurement: cancel it by this.
template <class Settings>
const char* job_key();

/// Queues it for both sides, which are measured in turns; one of the same kind under way is cancelled. Results so far
/// stay when it is cancelled. A job fails when a number is out of range, or the model cannot be rendered.
template <class Settings>
Run<Settings> start(JobQueue& queue, const Subjects& subjects, const Settings& settings);

extern template Run<EqSettings> start(JobQueue&, const Subjects&, const EqSettings&);
extern template Run<StickingSettings> start(JobQueue&, const Subjects&, const StickingSettings&);
extern template Run<LayersSettings> start(JobQueue&, const Subjects&, const LayersSettings&);
extern template Run<ClampSettings> start(JobQueue&, const Subjects&, const ClampSettings&);
extern template Run<AliasingSettings> start(JobQueue&, const Subjects&, const AliasingSettings&);
extern template Run<LadderSettings> start(JobQueue&, const Subjects&, const LadderSettings&);
extern template Run<MapSettings> start(JobQueue&, const Subjects&, const MapSettings&);
extern template Run<AnglesSettings> start(JobQueue&, const Subjects&, const AnglesSettings&);
extern template Run<AverageSettings> start(JobQueue&, const Subjects&, const AverageSettings&);
extern template Run<ScanSettings> start(JobQueue&, const Subjects&, const ScanSettings&);
extern template Run<SpectraSettings> start(JobQueue&, const Subjects&, const SpectraSettings&);

/// What a run has so far as the files take it: A's and B's set, the one without a result having no layers.
std::vector<ModelSpectra> spectra_of(const Run<SpectraSettings>& run);

} // namespace unstuck::engine
