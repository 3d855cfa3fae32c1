#pragma once
#include "core/measure/pooled.hpp"
#include "core/model/generator.hpp"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <functional>

namespace unstuck::measure {

/// A generator with its latent: the inverse of the image's transform -> the image [N, C, H, W]. Tests put synthetic
/// signals here.
using Render = std::function<at::Tensor(const model::Matrix3& inverse_transform)>;

/// The three published metrics: EQ-T by whole pixels, EQ-T by fractions of them, EQ-R.
enum class EqKind { translation, fractional, rotation };

/// Where the content is moved: by t (image sides, right and down), or turned by an angle.
struct EqMove {
    double tx = 0, ty = 0;
    double angle_rad = 0;
};

/// The move of sample `index` as the official metric draws it, with our own random numbers (Draws, one stream per
/// sample): t uniform in [-1/8, 1/8]^2, for EqKind::translation rounded to whole pixels; the angle uniform in [-pi,
/// pi].
EqMove draw_move(EqKind kind, std::uint64_t seed, std::uint64_t index, std::int64_t width, std::int64_t height);

/// The matrix that renders the moved image: Render's argument.
model::Matrix3 inverse_transform(EqKind kind, const EqMove& move);

/// What is compared, shaped alike [N, C, H, W]; `mask` is 1 where both have data.
struct EqViews {
    at::Tensor reference; ///< The original, moved by the metric's operator.
    at::Tensor moved;     ///< The image of the moved input; for EQ-R after the pseudo-rotation.
    at::Tensor mask;
};

/// `original`: rendered with the identity; `moved`: with inverse_transform(kind, move). Both float32 or float64.
/// Source: spec/metrics.md, "Equivariance"; golden: metrics.safetensors (MODEL.i.*).
EqViews eq_views(EqKind kind, const at::Tensor& original, const at::Tensor& moved, const EqMove& move);

/// The masked squared differences, summed in float64 over images, channels and pixels.
EqSample eq_sample(const EqViews& views);

/// Renders twice and compares.
EqSample measure_eq(EqKind kind, const Render& render, const EqMove& move);

/// What the official metric renders as a sample: z by seed, the class that follows it in the same draw, psi = 1; noise
/// maps of StyleGAN2 drawn anew from the seed, the same for all renderings of this sample.
model::SynthesisInput eq_input(const model::Generator& generator, std::uint32_t seed);

/// Renders `input` under any transform. The generator has to outlive the result.
Render render_of(const model::Generator& generator, const model::SynthesisInput& input);

} // namespace unstuck::measure
