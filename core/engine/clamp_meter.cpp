// What each layer's clamp cuts off.
#include "core/engine/meters.hpp"
#include "core/model/matrix.hpp"

namespace unstuck::engine {

namespace {

/// One layer a step.
class ClampMeter final : public Meter {
  public:
    ClampMeter(const Subject& subject, const ClampSettings& settings, Sink<ClampSettings> sink)
        : rendering_(subject), input_(rendering_.input()), sink_(std::move(sink)) {
        input_.inverse_transform = model::inverse(forward_matrix(settings.transform, rendering_.resolution()));
        synthesis().stage(input_);
    }
    int steps() const override { return static_cast<int>(synthesis().layers().size()); }

    void step(int index) override {
        const auto i = static_cast<std::size_t>(index);
        result_.clamped.push_back(synthesis().count_clamped(i, before_, input_));
        before_ = synthesis().run(i, before_, input_);
        sink_->set(result_);
    }

  private:
    const model::Synthesis& synthesis() const { return rendering_.generator().synthesis(); }

    Rendering rendering_;
    model::SynthesisInput input_;
    Sink<ClampSettings> sink_;
    model::Activation before_;
    ClampResult result_;
};

} // namespace

std::unique_ptr<Meter> make_meter(const Subject& subject, const ClampSettings& settings, Sink<ClampSettings> sink) {
    return std::make_unique<ClampMeter>(subject, settings, std::move(sink));
}

} // namespace unstuck::engine
