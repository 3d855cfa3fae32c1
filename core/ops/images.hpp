#pragma once
#include "core/ops/buffer_pool.hpp"
#include "core/ops/cpu/nhwc.hpp"

#include <ATen/core/Tensor.h>

namespace unstuck::ops {

/// True for what the fast path takes: float32 in the processor's memory, [N, C, H, W].
bool is_fast(const at::Tensor& x);

/// An uninitialised [n, channels, height, width] tensor from the pool in the fast path's layout: channels innermost,
/// rounded up to cpu::kChannelGroup. Whoever fills it writes zeros into the channels that were added; no other tensor
/// has such gaps between its pixels.
at::Tensor empty_images(const BufferPool& pool, std::int64_t n, std::int64_t channels, std::int64_t height,
                        std::int64_t width);

/// x itself when it has that layout, otherwise a copy of it, plus bias [channels] when there is one.
at::Tensor as_images(const BufferPool& pool, const at::Tensor& x, const at::Tensor& bias = {});

/// v [.., channels] with zeros up to whole groups of channels, contiguous, where vectors can be loaded from.
at::Tensor pad_channels(const at::Tensor& v);

/// a + b, from the pool and in its layout when both have it.
at::Tensor add_images(const BufferPool& pool, const at::Tensor& a, const at::Tensor& b);

/// Sample n of a tensor in that layout, with the added channels.
cpu::Nhwc image_of(const at::Tensor& images, std::int64_t n);

/// All of a tensor in that layout, dense: [N, rounded channels, H, W].
at::Tensor with_added_channels(const at::Tensor& images);

} // namespace unstuck::ops
