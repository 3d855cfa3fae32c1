#include "core/measure/running_moments.hpp"

#include <ATen/ATen.h>
#include <algorithm>
#include <stdexcept>

namespace unstuck::measure {

void RunningMoments::add(const at::Tensor& x) {
    const auto value = x.to(at::kDouble);
    if (count_ > 0 && value.sizes() != mean_.sizes())
        throw std::invalid_argument("running mean: all tensors must be of one shape");
    if (count_ == 0) mean_ = sum_ = at::zeros_like(value);
    ++count_;
    const auto before = value - mean_;
    mean_ = mean_ + before / count_;
    sum_ = sum_ + before * (value - mean_);
}

at::Tensor RunningMoments::variance() const {
    if (count_ == 0) return {};
    return sum_ / std::max<std::int64_t>(count_ - 1, 1);
}

} // namespace unstuck::measure
