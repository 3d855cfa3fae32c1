#pragma once
#include "core/measure/reading.hpp"
#include "core/measure/translate.hpp"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <vector>

namespace unstuck::measure {

/// A move of the content in pixels, right and down.
struct PixelMove {
    double dx = 0, dy = 0;
};

/// K moves, uniform in +-range on both axes and independent of each other: the first k are the same whatever K is.
std::vector<PixelMove> sticking_moves(int count, double range_px, std::uint64_t seed);

/// How far to move by default: 16 pixels, but not beyond 1/8 of the smaller side, as far as networks are trained.
double sticking_range_px(std::int64_t width, std::int64_t height);

struct StickingReading {
    ReadingState state = ReadingState::nothing;
    /// |mean u|^2 / (|mean u|^2 + |mean v|^2), of the detail. 0: it follows the content, 1: it belongs to the screen.
    double index = 0;
    /// 1 / K. The mean of K unrelated pictures keeps that share of their power, so that perfect content reads about
    /// 1 / (K + 1) and a perfect screen K / (K + 1).
    double floor = 0;
    double stays = 0, follows = 0; ///< |mean u|^2 and |mean v|^2, mean over the pixels that count, sum over channels.
    int views = 0;
    int not_finite = 0; ///< Views left out: NaN or infinite pictures.
    Span columns, rows; ///< The common interior, which is what was measured.
};

/// Whether detail follows the content or sticks to the screen, from K pictures of one latent under random moves. Add
/// one view at a time; the reading is there at any time. A value type; keeps two float64 sums the size of a picture.
///
/// u_k is the picture with the content moved by t_k, v_k the same moved back by 2 x 8 Lanczos taps. Both means are cut
/// to the pixels that all v_k reached, and high-passed there above 1/8 of the bandlimit (1/16 cycle per pixel; Kaiser,
/// 33 taps, transition 1/32 .. 3/32, mirrored at the edges). Source: design.md, "sticking index"; test:
/// tests/unit/sticking_test.cpp.
class StickingIndex {
  public:
    /// u [C, H, W] or [1, C, H, W], any floating dtype: all of one size, which throws std::invalid_argument otherwise.
    void add(const at::Tensor& u, const PixelMove& move);

    /// `weight` [H, W], 0 .. 1: how much each pixel counts, of the screen for u and of the unmoved picture for v;
    /// undefined: all alike. For a region that moves with the content, leave a border of the moves' range around it.
    StickingReading read(const at::Tensor& weight = {}) const;

  private:
    at::Tensor sum_u_, sum_v_; ///< [C, H, W] float64
    Span columns_, rows_;
    int views_ = 0, not_finite_ = 0;
};

/// The detail of x [C, H, W] float64: what lies above 1/8 of the bandlimit.
at::Tensor detail(const at::Tensor& x);

/// The grey picture on which the demo pair's numbers were taken: 0.30 R + 0.59 G + 0.11 B of [.., 3, H, W]; with other
/// numbers of channels their mean. Result [.., 1, H, W].
at::Tensor luminance(const at::Tensor& image);

} // namespace unstuck::measure
