#include "core/signal/gpu_spectrum.hpp"

#include "core/signal/filters.hpp"
#include "core/signal/spectrum.hpp"
#include "cuda/module.h"

#include <ATen/ATen.h>
#include <algorithm>
#include <cmath>
#include <cstring>

namespace unstuck::signal {

namespace {

at::TensorOptions on(const ops::Gpu& gpu, at::ScalarType type = at::kFloat) {
    return at::TensorOptions(gpu.device()).dtype(type);
}

/// The power of all channels together, [height, width / 2 + 1], not yet scaled.
at::Tensor half_plane(const ops::Gpu& gpu, const at::Tensor& x, const at::Tensor& means, const at::Tensor& window_y,
                      const at::Tensor& window_x) {
    const auto channels = x.size(1), height = x.size(2), width = x.size(3);
    // Some channels at a time: the transform of a wide layer at once would take gigabytes.
    constexpr std::int64_t kChannels = 32;
    const auto power = at::zeros({height, width / 2 + 1}, on(gpu));
    for (std::int64_t first = 0; first < channels; first += kChannels) {
        const auto count = std::min(kChannels, channels - first);
        const auto windowed = at::empty({count, height, width}, on(gpu));
        cuda::WindowChannels w;
        w.x = ops::device_images(x);
        w.first_channel = static_cast<int>(first);
        w.count = static_cast<int>(count);
        w.means = ops::floats_of(means) + first;
        w.window_y = ops::floats_of(window_y);
        w.window_x = ops::floats_of(window_x);
        w.y = windowed.data_ptr<float>();
        ops::check_gpu(gpu.functions().window_channels(&w));
        const auto spectrum = at::view_as_real(at::fft_rfft2(windowed)).contiguous();
        cuda::AddPower a;
        a.spectrum = ops::floats_of(spectrum);
        a.count = w.count;
        a.height = static_cast<int>(height);
        a.width = static_cast<int>(width);
        a.power = power.data_ptr<float>();
        ops::check_gpu(gpu.functions().add_power(&a));
    }
    return power;
}

/// Rings that met no sample are left out, as everywhere.
SpectrumCurve ring_means(const float* sum, const float* count, int rings) {
    SpectrumCurve out;
    for (int r = 0; r < rings; ++r) {
        if (!(count[r] > 0)) continue;
        out.frequency.push_back(r);
        out.db.push_back(to_db(sum[r] / count[r]));
    }
    return out;
}

} // namespace

std::vector<cuda::ChannelSum> channel_sums(const ops::Gpu& gpu, const at::Tensor& x) {
    std::vector<cuda::ChannelSum> out(static_cast<std::size_t>(x.size(1)));
    const auto bytes = static_cast<std::int64_t>(out.size() * sizeof(cuda::ChannelSum));
    const auto on_device = at::empty({bytes}, on(gpu, at::kByte));
    cuda::ChannelSums p;
    p.x = ops::device_images(x);
    p.channels = static_cast<int>(x.size(1));
    p.out = reinterpret_cast<cuda::ChannelSum*>(on_device.data_ptr<std::uint8_t>());
    const auto entries = static_cast<std::int64_t>(cuda::channel_sums_scratch(p) * sizeof(cuda::ChannelSum));
    const auto scratch = at::empty({entries}, on(gpu, at::kByte));
    p.scratch = reinterpret_cast<cuda::ChannelSum*>(scratch.data_ptr<std::uint8_t>());
    ops::check_gpu(gpu.functions().channel_sums(&p));
    const auto host = on_device.cpu();
    std::memcpy(out.data(), host.const_data_ptr(), static_cast<std::size_t>(bytes));
    return out;
}

LayerSpectrum layer_spectrum(const ops::Gpu& gpu, const at::Tensor& x, const std::vector<cuda::ChannelSum>& sums,
                             double sampling_rate, double beta) {
    const int height = static_cast<int>(x.size(2)), width = static_cast<int>(x.size(3));
    const double samples = static_cast<double>(height) * width;
    auto means = at::empty({x.size(1)});
    for (std::size_t c = 0; c < sums.size(); ++c)
        means.data_ptr<float>()[c] = static_cast<float>(sums[c].sum / samples);
    const auto wy = kaiser_window(height, beta), wx = kaiser_window(width, beta);
    double energy_y = 0, energy_x = 0;
    for (const double w : wy) energy_y += w * w;
    for (const double w : wx) energy_x += w * w;
    const auto power = half_plane(gpu, x, gpu.upload(means), gpu.upload(at::tensor(wy)), gpu.upload(at::tensor(wx)));

    // Everything that the host wants lies in one buffer: plane, rings, slices; the total beside it.
    const int rings = static_cast<int>(std::floor(sampling_rate / 2)) + 1, steps = std::min(width, height) / 2 + 1;
    const auto plane = static_cast<std::int64_t>(height) * width;
    const auto all = at::zeros({plane + 2 * rings + 2 * steps}, on(gpu));
    const auto total = at::zeros({1}, on(gpu, at::kDouble));
    cuda::FoldSpectrum f;
    f.power = ops::floats_of(power);
    f.height = height;
    f.width = width;
    f.scale = static_cast<float>(1 / (energy_y * energy_x * static_cast<double>(x.size(1))));
    f.sampling_rate = static_cast<float>(sampling_rate);
    f.floor_db = static_cast<float>(kFloorDb);
    f.rings = rings;
    f.plane_db = all.data_ptr<float>();
    f.ring_sum = f.plane_db + plane;
    f.ring_count = f.ring_sum + rings;
    f.slices = f.ring_count + rings;
    f.total = total.data_ptr<double>();
    ops::check_gpu(gpu.functions().fold_spectrum(&f));

    const auto host = all.cpu();
    const float* v = host.const_data_ptr<float>();
    LayerSpectrum out;
    out.width = width;
    out.height = height;
    out.sampling_rate = sampling_rate;
    const double mean = total.cpu().item<double>() / samples;
    out.flat = !(mean > 1e-20);
    out.mean_db = to_db(mean);
    out.plane_db.assign(v, v + plane);
    out.radial = ring_means(v + plane, v + plane + rings, rings);
    const float* slices = v + plane + 2 * rings;
    for (int k = 0; k < steps && k < std::min(width, height); ++k) {
        out.slice_0.frequency.push_back(k * sampling_rate / width);
        out.slice_0.db.push_back(to_db(slices[k]));
        out.slice_45.frequency.push_back(std::hypot(k * sampling_rate / width, k * sampling_rate / height));
        out.slice_45.db.push_back(to_db(slices[steps + k]));
    }
    return out;
}

} // namespace unstuck::signal
