#pragma once
#include "core/model/gpu_layers.hpp"
#include "core/model/stylegan2_layers.hpp"

namespace unstuck::model {

/// StyleGAN2's layers on a GPU, in the order of the processor's.
struct GpuStyleGan2 {
    GpuBuild build;
    std::vector<GpuStyledLayer> convs;
    std::vector<at::Tensor> noise_const; ///< Per convolution, [resolution, resolution] or undefined.
    std::vector<GpuToRgb> torgbs;
    std::vector<GpuSkip> skips;
    std::vector<ops::GpuFilteredLrelu> image_ups;
};

// Each made from the reference's layer. Throws std::invalid_argument for a resampling filter that no kernel has.
GpuStyledLayer on_gpu(const ConvLayer& layer, const GeneratorConfig& config, const GpuBuild& build);
GpuToRgb on_gpu(const ToRgbLayer& layer, int resolution, const GeneratorConfig& config, const GpuBuild& build);
GpuSkip on_gpu(const SkipLayer& layer, int resolution, const GeneratorConfig& config, const GpuBuild& build);
ops::GpuFilteredLrelu on_gpu(const Upsampler& up, at::ScalarType dtype, const GpuBuild& build);

/// Fresh noise into a tensor of its own: never into the constant one that `to` may have been.
void stage_fresh(const ops::Gpu& gpu, const at::Tensor& values, const at::Tensor& constant, at::Tensor& to);

} // namespace unstuck::model
