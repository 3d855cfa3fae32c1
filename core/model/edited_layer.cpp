#include "core/model/edited_layer.hpp"

#include "core/model/edits_json.hpp"
#include "core/ops/fft_filter.hpp"
#include "core/ops/fused.hpp"
#include "core/ops/images.hpp"
#include "core/ops/threads.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <nlohmann/json.hpp>

namespace unstuck::model {

namespace {

/// Planes of more taps are quicker as a product of spectra.
constexpr int kMostPlaneTaps = 64;

bool wants_fft(const FilterDesign& d) {
    if (d.factor == 1) return false;
    return d.family == FilterFamily::ideal || (d.radial && d.taps > kMostPlaneTaps);
}

ops::SpectralFilter spectral(const FilterDesign& d, const at::Tensor& taps) {
    ops::SpectralFilter f;
    f.taps = taps;
    f.length = d.factor > 1 || taps.defined() ? d.taps : 1;
    f.cutoff = d.cutoff / d.rate;
    f.radial = d.radial;
    return f;
}

} // namespace

at::Tensor tensor_of(const signal::FilterTaps& taps) {
    if (taps.values.empty()) return {};
    const auto t = at::tensor(taps.values, at::kDouble).to(at::kFloat);
    return taps.rows > 1 ? t.reshape({taps.rows, taps.taps}) : t;
}

EditedEnd::EditedEnd(const LayerSampling& s)
    : sampling_(s), up_(tensor_of(taps_of(s.up))), down_(tensor_of(taps_of(s.down))),
      by_fft_(wants_fft(s.up) || wants_fft(s.down)) {
    params_.up = s.up.factor;
    params_.down = s.down.factor;
    params_.pad = {s.pad_low, s.pad_high, s.pad_low, s.pad_high};
    params_.gain = s.gain;
    params_.slope = s.slope;
    params_.clamp = s.clamp;
}

at::Tensor EditedEnd::operator()(const at::Tensor& y, const ops::BufferPool& buffers) const {
    if (by_fft_)
        return ops::filtered_lrelu_by_fft(y.scalar_type() == at::kHalf ? y.to(at::kFloat) : y.contiguous(),
                                          spectral(sampling_.up, up_), spectral(sampling_.down, down_), params_);
    if (ops::is_fast(y))
        if (const auto fused = ops::FusedFilteredLrelu::make(up_, down_, params_))
            return (*fused)(y, buffers, ops::threads());
    return ops::filtered_lrelu_reference(y, up_, down_, {}, params_);
}

std::int64_t EditedEnd::count_clamped(const at::Tensor& y) const {
    if (!params_.clamp) return 0;
    ops::UpfirdnParams raise;
    raise.up_x = raise.up_y = params_.up;
    raise.pad = params_.pad;
    raise.gain = static_cast<double>(params_.up) * params_.up;
    std::int64_t count = 0;
    constexpr std::int64_t kChannels = 16; // at a time: the raised signal is the largest there is
    for (std::int64_t c = 0; c < y.size(1); c += kChannels) {
        const auto part = y.slice(1, c, c + kChannels).contiguous();
        const auto raised =
            by_fft_ ? ops::raised_by_fft(part, spectral(sampling_.up, up_), params_) : ops::upfirdn2d(part, up_, raise);
        const auto out = at::leaky_relu(raised, params_.slope) * params_.gain;
        count += (out.abs() > *params_.clamp).sum().item<std::int64_t>();
    }
    return count;
}

at::Tensor apply_design(const FilterDesign& d, const at::Tensor& x, const ops::Padding& pad, double gain,
                        const ops::BufferPool& buffers) {
    const auto taps = tensor_of(taps_of(d));
    if (wants_fft(d)) return ops::filter_by_fft(x.contiguous(), spectral(d, taps), pad, gain);
    ops::FilteredLreluParams p;
    p.pad = pad;
    p.gain = p.slope = 1;
    const auto f = taps.defined() ? taps * std::pow(gain, static_cast<double>(taps.dim()) / 2) : taps;
    if (ops::is_fast(x))
        if (const auto fused = ops::FusedFilteredLrelu::make(f, {}, p)) return (*fused)(x, buffers, ops::threads());
    return ops::filtered_lrelu_reference(x, f, {}, {}, p);
}

at::Tensor raise_by_design(const FilterDesign& d, const at::Tensor& x, const ops::BufferPool& buffers) {
    ops::UpfirdnParams insert;
    insert.up_x = insert.up_y = d.factor;
    const int before = (d.taps + d.factor - 1) / 2, after = (d.taps - d.factor) / 2; // as padding_for_up
    return apply_design(d, ops::upfirdn2d(x, {}, insert), {before, after, before, after},
                        static_cast<double>(d.factor) * d.factor, buffers);
}

at::Tensor& clear_margin(at::Tensor& x, double side) {
    for (const int dim : {2, 3}) {
        const auto margin = static_cast<std::int64_t>(std::floor((static_cast<double>(x.size(dim)) - side) / 2));
        if (margin <= 0) continue;
        x.slice(dim, 0, margin).zero_();
        x.slice(dim, x.size(dim) - margin).zero_();
    }
    return x;
}

at::Tensor screen_noise(std::size_t layer, int side, const at::TensorOptions& options) {
    constexpr std::uint64_t kSeed = 20210621; // any: the same picture every time
    auto generator = at::make_generator<at::CPUGeneratorImpl>(kSeed + layer);
    return at::randn({side, side}, generator, at::TensorOptions(at::kFloat)).to(options);
}

at::Tensor move_pixels(const at::Tensor& x, const Matrix3& m, double sampling_rate) {
    const auto h = x.size(2), w = x.size(3);
    const auto options = at::TensorOptions(x.device()).dtype(at::kDouble);
    const auto centres = [&](std::int64_t n) {
        return (at::arange(n, options) + 0.5 - static_cast<double>(n) / 2) / sampling_rate;
    };
    const auto px = centres(w).unsqueeze(0), py = centres(h).unsqueeze(1);
    // In units of half the grid, as grid_sampler counts.
    const auto u = (px * m[0] + py * m[1] + m[2]) * (2 * sampling_rate / static_cast<double>(w));
    const auto v = (px * m[3] + py * m[4] + m[5]) * (2 * sampling_rate / static_cast<double>(h));
    const auto grid = at::stack({u, v}, 2).unsqueeze(0).expand({x.size(0), h, w, 2}).to(x.scalar_type());
    constexpr int kBilinear = 0, kZeros = 0;
    return at::grid_sampler_2d(x, grid, kBilinear, kZeros, false);
}

std::vector<double> own_taps(const at::Tensor& filter) {
    if (!filter.defined()) return {};
    const auto d = filter.to(at::kDouble).contiguous();
    return {d.const_data_ptr<double>(), d.const_data_ptr<double>() + d.numel()};
}

const LayerEdit* find_edit(const std::shared_ptr<const Edits>& edits, const std::string& layer) {
    return edits ? edits->find(layer) : nullptr;
}

void append_edit(const std::shared_ptr<const Edits>& edits, const std::string& layer, std::string& key) {
    const auto* edit = find_edit(edits, layer);
    if (!edit) return;
    Edits one;
    one.set("", *edit);
    key += to_json(one).dump();
}

} // namespace unstuck::model
