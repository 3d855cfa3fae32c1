#pragma once
#include "core/engine/frame.hpp"
#include "core/engine/gpu_pictures.hpp"
#include "core/engine/graph_player.hpp"
#include "core/ops/gpu/gpu_timer.hpp"

#include <c10/core/Stream.h>
#include <optional>

namespace unstuck::engine {

/// What a frame renderer has besides for a network on a GPU: its queue, graph, pictures and counters. One thread at a
/// time.
class GpuSide {
  public:
    GpuSide(const model::Synthesis& synthesis, bool graphs, const std::string& why_no_graphs);

    /// The calling thread's device and stream are this side's while it lives.
    class Queue;

    /// Runs all layers at once when that pays; false: the caller runs them. `keep` as in GraphPlayer::play().
    bool play(const model::SynthesisInput& input, const std::function<bool(std::size_t)>& keep);

    /// The caller ran all layers to the end.
    void ran() { graph_.ran(); }

    /// One layer, timed when `timed`.
    model::Activation run(std::size_t layer, const model::Activation& before, const model::SynthesisInput& input,
                          bool timed);

    /// Waits until all that was queued is done, and fills in what only then is known: times and the number guard's
    /// counts.
    void finish(Frame& frame, const model::SynthesisInput& input) const;

    /// The picture, or some channels of a layer.
    Image picture(const at::Tensor& x, int first_channel, int count) { return pictures_.pack(x, first_channel, count); }

    const ops::Gpu& gpu() const { return *synthesis_.gpu(); }
    const std::vector<model::Activation>& activations() const { return graph_.activations(); }
    const std::string& graph_failure() const { return graph_.failure(); }

  private:
    const model::Synthesis& synthesis_;
    GraphPlayer graph_;
    GpuPictures pictures_;
    ops::GpuTimer timer_;
    std::optional<c10::Stream> stream_; ///< None on the emulated device.
};

/// Fills statistics, the shown channels and, if asked for, the spectrum of a layer on a GPU: x is its activation,
/// `shown` what is displayed of it (the picture moved back, for the output).
struct LayerLook {
    const model::LayerInfo& layer;
    int first_channel = 0, count = 3;
    bool want_spectrum = true;
    double beta = 8;
};
void capture_on_gpu(GpuSide& side, const at::Tensor& x, const at::Tensor& shown, const LayerLook& look, Frame& frame);

} // namespace unstuck::engine
