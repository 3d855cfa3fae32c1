#pragma once
#include "core/engine/frame_renderer.hpp"
#include "core/engine/instruments.hpp"
#include "core/measure/equivariance.hpp"

#include <ATen/core/Tensor.h>
#include <stdexcept>

// Inside of the instruments: one meter per measurement and subject, used by the job's thread alone.
namespace unstuck::engine {

/// Takes a measurement of one subject in steps, and publishes what it has after each.
class Meter {
  public:
    virtual ~Meter() = default;
    virtual int steps() const = 0;
    virtual void step(int index) = 0;
};

/// Refuses settings that make no sense.
inline void require(bool what, const char* text) {
    if (!what) throw std::invalid_argument(text);
}

/// A subject ready to be rendered.
class Rendering {
  public:
    explicit Rendering(const Subject& subject);
    const model::Generator& generator() const { return *subject_.model->generator; }
    int resolution() const { return generator().config().img_resolution; }
    const model::SynthesisInput& input() const { return input_; }

    /// The same edits and edge on another latent's input.
    model::SynthesisInput with_edits(model::SynthesisInput input) const;
    /// The subject at another point of latent space.
    model::SynthesisInput at_latent(const LatentState& latent) const;
    /// The picture [1, C, H, W] float32 on the processor, wherever it is made.
    at::Tensor picture(const model::SynthesisInput& input, const model::Matrix3& inverse) const;
    at::Tensor picture(const model::Matrix3& inverse) const { return picture(input_, inverse); }

  private:
    Subject subject_;
    model::SynthesisInput input_;
};

template <class Settings>
using Sink = std::shared_ptr<Published<typename Settings::Result>>;

std::unique_ptr<Meter> make_meter(const Subject& subject, const EqSettings& settings, Sink<EqSettings> sink);
std::unique_ptr<Meter> make_meter(const Subject& subject, const StickingSettings& settings,
                                  Sink<StickingSettings> sink);
std::unique_ptr<Meter> make_meter(const Subject& subject, const LayersSettings& settings, Sink<LayersSettings> sink);
std::unique_ptr<Meter> make_meter(const Subject& subject, const AliasingSettings& settings,
                                  Sink<AliasingSettings> sink);
std::unique_ptr<Meter> make_meter(const Subject& subject, const ClampSettings& settings, Sink<ClampSettings> sink);
std::unique_ptr<Meter> make_meter(const Subject& subject, const LadderSettings& settings, Sink<LadderSettings> sink);
std::unique_ptr<Meter> make_meter(const Subject& subject, const MapSettings& settings, Sink<MapSettings> sink);
std::unique_ptr<Meter> make_meter(const Subject& subject, const AnglesSettings& settings, Sink<AnglesSettings> sink);
std::unique_ptr<Meter> make_meter(const Subject& subject, const AverageSettings& settings, Sink<AverageSettings> sink);
std::unique_ptr<Meter> make_meter(const Subject& subject, const ScanSettings& settings, Sink<ScanSettings> sink);
std::unique_ptr<Meter> make_meter(const Subject& subject, const SpectraSettings& settings, Sink<SpectraSettings> sink);

/// EQ of one move alone, kMostDb where there is no difference, NaN where there is no number.
double single_db(const measure::EqSample& sample);

measure::EqKind eq_kind(EqMetric metric);

} // namespace unstuck::engine
