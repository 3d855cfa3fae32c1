#include "core/engine/gpu_side.hpp"

#include "core/ops/stopwatch.hpp"
#include "core/signal/gpu_spectrum.hpp"
#include "cuda/module.h"

#include <ATen/ATen.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <cmath>

namespace unstuck::engine {

namespace {

std::optional<c10::Stream> own_stream(const ops::Gpu& gpu) {
    if (!gpu.device().is_cuda()) return std::nullopt;
    // Not the default one, which the drawing thread copies on: neither waits for the other's work.
    return c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA).getStreamFromGlobalPool(gpu.device());
}

/// All that a graph is made of besides its shapes, which are the network's, and the tensors that are staged.
std::string graph_key(const model::SynthesisInput& input, std::size_t layers,
                      const std::function<bool(std::size_t)>& keep) {
    std::string key =
        std::to_string(static_cast<int>(input.noise)) + std::to_string(static_cast<int>(input.style_norm));
    for (std::size_t i = 0; i < layers; ++i) key += keep(i) ? '+' : '-';
    return key;
}

ChannelStats statistics(const std::vector<cuda::ChannelSum>& sums, std::size_t first, std::size_t count,
                        double samples) {
    ChannelStats s;
    double sum = 0, squares = 0;
    for (std::size_t c = first; c < first + count; ++c) {
        sum += sums[c].sum;
        squares += sums[c].sum_squares;
        s.max_abs = std::max(s.max_abs, static_cast<double>(sums[c].max_abs));
        s.not_finite += sums[c].not_finite;
    }
    const double n = samples * static_cast<double>(count);
    s.mean = sum / n;
    s.stddev = std::sqrt(std::max(squares / n - s.mean * s.mean, 0.0));
    return s;
}

} // namespace

GpuSide::GpuSide(const model::Synthesis& synthesis, bool graphs, const std::string& why_no_graphs)
    : synthesis_(synthesis), graph_(synthesis, graphs, why_no_graphs), pictures_(*synthesis.gpu()),
      timer_(*synthesis.gpu()), stream_(own_stream(*synthesis.gpu())) {}

bool GpuSide::play(const model::SynthesisInput& input, const std::function<bool(std::size_t)>& keep) {
    return graph_.play(input, graph_key(input, synthesis_.layers().size(), keep), keep);
}

model::Activation GpuSide::run(std::size_t layer, const model::Activation& before, const model::SynthesisInput& input,
                               bool timed) {
    auto& staged = *input.staged;
    staged.counts[static_cast<std::int64_t>(layer)].zero_();
    if (!timed) return synthesis_.run(layer, before, input);
    if (layer == 0 || !staged.timer) timer_.begin(synthesis_.layers().size());
    staged.timer = &timer_;
    timer_.mark(layer, ops::GpuTimer::Step::start);
    auto out = synthesis_.run(layer, before, input);
    timer_.mark(layer, ops::GpuTimer::Step::done);
    return out;
}

void GpuSide::finish(Frame& frame, const model::SynthesisInput& input) const {
    const auto counts = input.staged->counts.cpu(); // waits
    const auto* c = counts.const_data_ptr<std::int32_t>();
    for (std::size_t i = 0; i < frame.times.size(); ++i) {
        auto& t = frame.times[i];
        t.not_finite = static_cast<std::uint32_t>(c[2 * i]);
        t.clamped = static_cast<std::uint32_t>(c[2 * i + 1]);
        frame.guard.not_finite += t.not_finite;
        frame.guard.clamped += t.clamped;
        if (t.not_finite > 0 && frame.guard.first_bad_layer.empty()) frame.guard.first_bad_layer = t.name;
        if (!input.staged->timer || t.cached) continue;
        const auto times = timer_.of(i);
        t.ms = times.ms;
        t.conv_ms = times.conv_ms;
        t.filter_ms = times.filter_ms;
    }
    input.staged->timer = nullptr;
}

void capture_on_gpu(GpuSide& side, const at::Tensor& x, const at::Tensor& shown, const LayerLook& look, Frame& frame) {
    const auto& gpu = side.gpu();
    const auto images = gpu.as_images(x, x.scalar_type());
    const auto sums = signal::channel_sums(gpu, images);
    const auto channels = sums.size();
    const auto first = static_cast<std::size_t>(look.first_channel), count = static_cast<std::size_t>(look.count);
    const double samples = static_cast<double>(x.size(2)) * static_cast<double>(x.size(3));
    frame.stats_all = statistics(sums, 0, channels, samples);
    const bool moved = !shown.is_same(x);
    const auto shown_images = moved ? gpu.as_images(shown, shown.scalar_type()) : images;
    const auto shown_sums = moved ? signal::channel_sums(gpu, shown_images) : sums;
    frame.stats_shown = statistics(shown_sums, first, count, samples);
    for (std::size_t c = first; c < first + count; ++c)
        frame.channel_max_abs.push_back(static_cast<double>(shown_sums[c].max_abs));
    frame.layer = side.picture(shown_images, look.first_channel, look.count);
    if (!look.want_spectrum) return;
    const ops::Stopwatch watch;
    frame.spectrum = signal::layer_spectrum(gpu, images, sums, look.layer.sampling_rate, look.beta);
    frame.spectrum_ms = watch.ms();
}

} // namespace unstuck::engine
