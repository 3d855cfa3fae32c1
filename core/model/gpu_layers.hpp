#pragma once
#include "core/model/edited_layer.hpp"
#include "core/model/generator.hpp"
#include "core/ops/gpu/gpu_conv.hpp"
#include "core/ops/gpu/gpu_filter.hpp"

namespace unstuck::model {

/// What the layers of one GPU network share.
struct GpuBuild {
    ops::Gpu gpu;
    Precision precision = Precision::as_marked;

    /// The element type of a layer that the model marks for float16, or does not.
    at::ScalarType dtype(bool marked) const {
        if (precision == Precision::as_marked) return marked ? at::kHalf : at::kFloat;
        return precision == Precision::float16 ? at::kHalf : at::kFloat;
    }
};

/// w [N, w_dim] -> styles [N, out]: one product, its gain folded in at construction.
class GpuAffine {
  public:
    GpuAffine(const ops::Gpu& gpu, const at::Tensor& weight, const at::Tensor& bias, double gain = 1);
    at::Tensor operator()(const at::Tensor& w) const;

  private:
    at::Tensor weight_t_, bias_; ///< [w_dim, out], [out]
};

/// The network's layer that runs, for its counters and times.
struct GpuStep {
    const SynthesisInput& input;
    std::size_t index;

    const StagedInput& staged() const { return *input.staged; }
    at::Tensor w(int row) const { return staged().ws.select(1, row); }
    cuda::NumberCounts* counts() const;
    void convolved() const {
        if (staged().timer) staged().timer->mark(index, ops::GpuTimer::Step::convolved);
    }
};

/// What ends an edited layer's convolution on a GPU: by its kernel, or in LibTorch's calls where no kernel has the
/// filters. Kept in StagedInput from frame to frame.
struct GpuEditedEnd {
    LayerEdit edit; ///< What it was made from.
    EditedEnd end;
    std::optional<ops::GpuFilteredLrelu> kernel;
    at::Tensor up_taps, down_taps, noise; ///< On the device; noise with its strength, undefined for none.
    at::ScalarType dtype = at::kFloat;
    ops::Gpu gpu;

    /// y without bias and noise; bias [channels rounded up].
    at::Tensor run(at::Tensor y, const at::Tensor& bias, cuda::NumberCounts* counts) const;
};
/// Of a layer, made when it is not the one that `staged` holds.
const GpuEditedEnd& find_edited_end(const GpuBuild& build, const LayerEdit& edit, const LayerSampling& stock,
                                    std::size_t index, at::ScalarType dtype, StagedInput& staged);

/// What ends a convolution: filtered leaky ReLU, or bias and activation where there is nothing to filter.
struct GpuAliasFreeLayer {
    GpuAffine affine;
    ops::GpuConv conv;
    std::optional<ops::GpuFilteredLrelu> filter; ///< None: nothing to filter.
    ops::FilteredLreluParams lrelu;
    at::Tensor up_filter, down_filter, bias; ///< Filters: only where the kernel cannot express them.
    double input_gain = 1;
    at::ScalarType dtype = at::kFloat;
    ops::Gpu gpu;

    at::Tensor run(const at::Tensor& x, int w_row, const GpuStep& step) const;
    at::Tensor run_edited(const GpuEditedEnd& edited, const at::Tensor& x, int w_row, const GpuStep& step) const;

  private:
    at::Tensor end(const at::Tensor& y, const GpuStep& step) const;
};

/// The Fourier features and the map after them.
struct GpuFourierInput {
    GpuAffine affine;
    at::Tensor freqs, phases;
    ops::GpuConv mix;
    int width = 0, height = 0, channels = 0;
    double sampling_rate = 0, bandwidth = 0;
    ops::Gpu gpu;

    at::Tensor run(const GpuStep& step) const;
};

/// StyleGAN2's styled 3x3 convolution with filter, noise, bias and activation.
struct GpuStyledLayer {
    GpuAffine affine;
    ops::GpuConv conv;
    std::optional<ops::GpuFilteredLrelu> fir; ///< After an upsampling one.
    ops::GpuBiasAct end;                      ///< Otherwise.
    std::optional<ops::ActParams> other_act;  ///< An activation that no kernel has, after the rest.
    at::Tensor bias;                          ///< [channels rounded up]
    at::ScalarType dtype = at::kFloat;
    ops::Gpu gpu;

    at::Tensor run(const at::Tensor& x, int w_row, const GpuStep& step) const;
    /// The convolution alone.
    at::Tensor convolve(const at::Tensor& x, int w_row, const GpuStep& step) const;
};

/// StyleGAN2's layer to RGB, float32 from here on.
struct GpuToRgb {
    GpuAffine affine;
    ops::GpuConv conv;
    ops::GpuBiasAct end;
    at::Tensor bias;
    at::ScalarType dtype = at::kFloat;
    ops::Gpu gpu;

    at::Tensor run(const at::Tensor& x, int w_row, const GpuStep& step) const;
};

/// The resnet architecture's second branch.
struct GpuSkip {
    ops::GpuConv conv;
    ops::GpuFilteredLrelu up;
    at::ScalarType dtype = at::kFloat;
    ops::Gpu gpu;

    at::Tensor run(const at::Tensor& x) const;
    at::Tensor convolve(const at::Tensor& x) const { return conv(gpu.as_images(x, dtype)); }
};

/// Convolutions in TF32 or not, for the calls that are queued while it lives.
class Tf32 {
  public:
    explicit Tf32(bool allow);
    ~Tf32();
    Tf32(const Tf32&) = delete;
    Tf32& operator=(const Tf32&) = delete;

  private:
    bool convolutions_, products_;
};

/// Fills the tensors that every GPU network stages; `layers` counters.
void stage_common(const ops::Gpu& gpu, SynthesisInput& input, std::size_t layers);

/// `values` copied into `to`, which is made when it is undefined or of another shape.
void stage_tensor(const ops::Gpu& gpu, const at::Tensor& values, at::Tensor& to);

} // namespace unstuck::model
