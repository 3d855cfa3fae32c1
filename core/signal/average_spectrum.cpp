#include "core/signal/average_spectrum.hpp"

#include "core/signal/filters.hpp"
#include "core/signal/spectrum.hpp"

#include <ATen/ATen.h>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace unstuck::signal {

namespace {

void require(bool holds, const char* what) {
    if (!holds) throw std::invalid_argument(std::string("average spectrum: ") + what);
}

at::Tensor unit_energy_window(int size, double beta) {
    const auto w = at::tensor(kaiser_window(size, beta), at::kDouble);
    return w / w.square().sum().sqrt();
}

/// scipy.ndimage.gaussian_filter with mode "nearest": taps out to 4 sigma, the edges replicated.
at::Tensor gaussian_smooth(const at::Tensor& x, double sigma) {
    const auto radius = static_cast<std::int64_t>(4 * sigma + 0.5);
    if (radius == 0) return x;
    auto taps = at::exp(at::arange(-radius, radius + 1, at::kDouble).square() / (-2 * sigma * sigma));
    taps = taps / taps.sum();
    auto y = at::replication_pad2d(x.unsqueeze(0), {radius, radius, radius, radius}).squeeze(0);
    // Shifted sums: a convolution would unfold the whole plane once per tap, gigabytes at 1024 pixels.
    for (const int axis : {0, 1}) {
        const auto length = x.size(axis);
        auto sum = at::zeros_like(y.slice(axis, 0, length));
        for (std::int64_t k = 0; k < taps.numel(); ++k) sum.add_(y.slice(axis, k, k + length), taps[k].item<double>());
        y = sum;
    }
    return y;
}

} // namespace

void ImageMoments::add(const at::Tensor& images) {
    const auto x = images.to(at::kDouble);
    sum_ += x.sum().item<double>();
    squares_ += x.square().sum().item<double>();
    count_ += static_cast<double>(x.numel());
}

double ImageMoments::stddev() const {
    return count_ > 0 ? std::sqrt(std::max(squares_ / count_ - mean() * mean(), 0.0)) : 0;
}

AverageSpectrum::AverageSpectrum(const AverageSpectrumSpec& spec) : spec_(spec) {
    require(spec.size >= 1, "size must be at least 1");
    require(spec.stddev > 0 && std::isfinite(spec.stddev), "stddev must be positive");
    require(std::isfinite(spec.mean), "mean must be a number");
    require(spec.beta >= 0, "beta must not be negative");
    require(spec.interpolation >= 1, "interpolation must be at least 1");
    padded_ = spec.size * spec.interpolation;
    const auto w = unit_energy_window(spec.size, spec.beta);
    window_ = w.unsqueeze(1) * w.unsqueeze(0);
    sum_ = at::zeros({padded_, padded_ / 2 + 1}, at::kDouble);
    if (!spec.measured) return;
    cross_ = at::zeros_like(sum_);
    window_spectrum_ = at::fft_rfft2(window_, at::IntArrayRef({padded_, padded_}));
}

double AverageSpectrum::mean() const { return spec_.measured ? moments_.mean() : spec_.mean; }
double AverageSpectrum::stddev() const { return spec_.measured ? moments_.stddev() : spec_.stddev; }

void AverageSpectrum::add(const at::Tensor& images) {
    require(images.dim() == 4 && images.size(2) == spec_.size && images.size(3) == spec_.size,
            "images must be [N, C, size, size]");
    for (auto* t : {&window_, &sum_, &cross_, &window_spectrum_})
        if (t->defined()) *t = t->to(images.device());
    if (spec_.measured) moments_.add(images);
    // One plane at a time: at 1024 pixels its padded transform alone takes 128 MiB.
    for (const auto& plane : images.reshape({-1, spec_.size, spec_.size}).unbind()) {
        const auto x = (plane.to(at::kDouble) - spec_.mean) / spec_.stddev * window_;
        const auto spectrum = at::fft_rfft2(x, at::IntArrayRef({padded_, padded_}));
        sum_ = sum_ + at::real(spectrum).square() + at::imag(spectrum).square();
        if (spec_.measured) cross_ = cross_ + at::real(spectrum * at::conj(window_spectrum_));
        ++planes_;
    }
}

at::Tensor AverageSpectrum::power() const {
    auto half = sum_ / std::max<std::int64_t>(planes_, 1);
    if (spec_.measured && planes_ > 0) {
        const double shift = (mean() - spec_.mean) / spec_.stddev, deviation = stddev();
        half = half - cross_ * (2 * shift / static_cast<double>(planes_)) +
               at::abs(window_spectrum_).square() * (shift * shift);
        const double gain = deviation > 0 ? spec_.stddev / deviation : 0;
        half = half.clamp_min(0) * (gain * gain); // what is zero may have been rounded below it
    }
    // |X(-k)| = |X(k)| for real images.
    const auto mirrored = half.slice(1, 1, (padded_ + 1) / 2).flip({0, 1}).roll({1}, {0});
    return at::cat({half, mirrored}, 1);
}

at::Tensor AverageSpectrum::heatmap_db(double smoothing) const {
    auto db = at::fft_fftshift((power().log10() * 10).clamp_min(kFloorDb));
    db = at::cat({db, db.slice(0, 0, 1)}, 0);
    db = at::cat({db, db.slice(1, 0, 1)}, 1);
    return gaussian_smooth(db, smoothing * spec_.interpolation);
}

SpectrumCurve AverageSpectrum::slice(const at::Tensor& values, double longest) const {
    const auto v = values.to(at::kCPU).contiguous();
    SpectrumCurve out;
    out.db.assign(v.const_data_ptr<double>(), v.const_data_ptr<double>() + v.numel());
    for (std::size_t i = 0; i < out.db.size(); ++i)
        out.frequency.push_back(longest * static_cast<double>(i) / std::max<double>(padded_ / 2, 1));
    return out;
}

SpectrumCurve AverageSpectrum::slice_0(double smoothing) const {
    const auto centre = padded_ / 2;
    return slice(heatmap_db(smoothing).select(0, centre).slice(0, centre), spec_.size / 2.0);
}

SpectrumCurve AverageSpectrum::slice_45(double smoothing) const {
    return slice(heatmap_db(smoothing).diagonal().slice(0, padded_ / 2), spec_.size / std::numbers::sqrt2);
}

} // namespace unstuck::signal
