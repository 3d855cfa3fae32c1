#pragma once
#include "core/io/checkpoint.hpp"
#include "core/model/config.hpp"
#include "core/model/layer_sampling.hpp"
#include "core/model/types.hpp"
#include "core/ops/buffer_pool.hpp"
#include "core/ops/filtered_conv.hpp"
#include "core/ops/gpu/gpu.hpp"
#include "core/ops/gpu/gpu_timer.hpp"
#include "core/ops/modulated_conv.hpp"

#include <ATen/core/Tensor.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace unstuck::model {

struct GpuEditedEnd;

/// A GPU network's copy of what steers it: tensors that are filled anew for each frame and stay where they are, so that
/// a captured graph can be replayed. Made by Synthesis::stage().
struct StagedInput {
    at::Tensor ws;                                                        ///< [N, num_ws, w_dim]
    at::Tensor transform;                                                 ///< [3, 3], alias-free.
    at::Tensor constant;                                                  ///< [N, C, 4, 4], StyleGAN2.
    std::vector<at::Tensor> noise;                                        ///< Per layer, or undefined.
    std::vector<at::Tensor> noise_gain;                                   ///< Per layer, one number each.
    std::optional<std::tuple<NoiseMode, std::uint64_t, double>> noise_of; ///< Mode, seed and strength that these hold.
    at::Tensor counts;                                                    ///< [layers, 2] int32: the number guard's.
    std::vector<std::shared_ptr<GpuEditedEnd>> edited;                    ///< Per layer, as last used; null: none.
    ops::GpuTimer* timer = nullptr; ///< Not null: layers say when they pass from step to step.
};

/// What steers one synthesis, besides the weights.
struct SynthesisInput {
    at::Tensor ws;                              ///< [N, num_ws, w_dim]
    Matrix3 inverse_transform = kIdentity3;     ///< Inverse of the image's transform, as the official buffer holds it.
    NoiseMode noise = NoiseMode::constant;      ///< StyleGAN2 only.
    double noise_strength = 1;                  ///< Multiplies the learned strengths. StyleGAN2 only.
    std::uint64_t noise_seed = 0;               ///< For NoiseMode::random.
    ConstantEdge edge = ConstantEdge::periodic; ///< How StyleGAN2's constant continues beyond its 4x4 samples.
    ops::StyleNorm style_norm = ops::StyleNorm::whole_batch;
    std::shared_ptr<const Edits> edits;  ///< Of layers' filters; null: none.
    std::shared_ptr<StagedInput> staged; ///< GPU networks only.
};

/// Where a layer's time went: the modulated convolution (with noise and bias where they are part of it), and the
/// filtered leaky ReLU (in StyleGAN2 the filter after an upsampling convolution).
using StepTimes = ops::FilteredConvTimes;

/// What is handed from one layer to the next.
struct Activation {
    StepTimes times;
    at::Tensor x;     ///< The signal.
    at::Tensor img;   ///< StyleGAN2: the image summed so far; undefined before the first ToRGB.
    at::Tensor skip;  ///< StyleGAN2 resnet: the block's second branch, from its start to its end.
    at::Tensor shown; ///< What this layer puts out, as the official module of that name would return it.
};

/// The weights of a style affine: styles = weight w + bias.
struct StyleWeight {
    int row = 0;       ///< Of ws, which it reads.
    at::Tensor weight; ///< [channels, w_dim], on the processor.
};

/// A synthesis network as a list of layers that can be run one by one, so that a frame can be abandoned, cached and
/// looked into between any two of them. Immutable: safe on any thread.
class Synthesis {
  public:
    virtual ~Synthesis() = default;
    const std::vector<LayerInfo>& layers() const { return layers_; }
    /// How each layer filters, as the model has it; in the same order as layers().
    const std::vector<LayerSampling>& sampling() const { return sampling_; }

    /// Of all layers that have one.
    const std::vector<StyleWeight>& style_weights() const { return style_weights_; }

    /// Runs layer `index` on what layer index - 1 returned (nothing for the first). The last one's `shown` is the image
    /// [N, channels, H, W], nominally in [-1, 1].
    virtual Activation run(std::size_t index, const Activation& before, const SynthesisInput& input) const = 0;

    /// Appends all of the input that layer `index` itself reads (not what it gets from the layer before): equal bytes
    /// and an equal activation before it mean an equal result.
    virtual void append_key(std::size_t index, const SynthesisInput& input, std::string& key) const = 0;

    /// Copies what steers a GPU network to where its layers read it, into the tensors of `input.staged` where there are
    /// some of the right shapes. Before every frame; the processor's networks do not need it.
    virtual void stage(SynthesisInput&) const {}

    /// The pose that the input layer draws from ws [1, num_ws, w_dim], which lie on the processor: from row 0, which
    /// steers nothing else. None: the network has none.
    virtual std::optional<LearnedPose> learned_pose(const at::Tensor&) const { return std::nullopt; }

    /// How many values layer `index` cuts off at its clamp when it runs on `before`. Slow: computed anew, since the
    /// fast path only cuts. Networks on a GPU count as they go (StagedInput::counts), and return 0 here.
    virtual std::int64_t count_clamped(std::size_t, const Activation&, const SynthesisInput&) const { return 0; }

    /// Where it computes; null: on the processor.
    virtual const ops::Gpu* gpu() const { return nullptr; }

    /// Where activations and scratch memory live.
    const ops::BufferPool& buffers() const { return buffers_; }

  protected:
    std::vector<LayerInfo> layers_;
    std::vector<LayerSampling> sampling_;
    std::vector<StyleWeight> style_weights_;
    ops::BufferPool buffers_;
};

struct BuildOptions {
    at::ScalarType dtype = at::kFloat; ///< at::kFloat or at::kDouble; double is always computed by the reference.
    Arithmetic arithmetic = Arithmetic::fast;
    std::optional<ops::Gpu> gpu; ///< The synthesis network lives there; the mapping network stays on the processor.
    Precision precision = Precision::as_marked; ///< Of a GPU.
    std::function<void()> on_tensor; ///< Called before each tensor is copied (to show progress); what it throws passes.
};

/// A loaded generator. Immutable after construction: safe on any thread.
class Generator {
  public:
    /// Builds the network from a file's tensors. Throws std::invalid_argument naming the constructor argument, or the
    /// tensor that is missing or has an unexpected shape.
    static std::shared_ptr<const Generator> build(const io::Checkpoint& checkpoint, const BuildOptions& options = {});

    const GeneratorConfig& config() const { return config_; }
    const Synthesis& synthesis() const { return *synthesis_; }
    at::ScalarType dtype() const { return dtype_; }
    std::int64_t parameter_count() const { return parameters_; }

    /// z [N, z_dim], c [N, c_dim] (undefined when unconditional) -> w [N, w_dim], before it is repeated num_ws times.
    at::Tensor map(const at::Tensor& z, const at::Tensor& c) const;
    const at::Tensor& w_avg() const { return w_avg_; }

    /// w [N, w_dim] -> ws [N, num_ws, w_dim] with w' = w_avg + psi (w - w_avg) in the first `cutoff` rows (all if
    /// cutoff < 0).
    at::Tensor truncate(const at::Tensor& w, double psi, int cutoff = -1) const;

    /// The layers up to `last` in turn (all when negative), and what that one shows: for all of them the image,
    /// [N, img_channels, res, res].
    at::Tensor synthesize(const SynthesisInput& input, int last = -1) const;

    int layer_index(const std::string& name) const; ///< -1 when there is no such layer.

  private:
    Generator() = default;
    struct Linear {
        at::Tensor weight, bias;
    };
    GeneratorConfig config_;
    at::ScalarType dtype_ = at::kFloat;
    std::unique_ptr<const Synthesis> synthesis_;
    std::vector<Linear> mapping_;
    Linear embed_;
    at::Tensor w_avg_;
    std::int64_t parameters_ = 0;
};

/// A tensor's numbers as a contiguous tensor of `dtype` that owns its memory. Throws for shapes over the machine's
/// memory.
at::Tensor to_tensor(const io::TensorData& data, at::ScalarType dtype);

/// A contiguous float32 view of `tensor` for writing; keeps it alive.
io::TensorData to_tensor_data(const at::Tensor& tensor);

} // namespace unstuck::model
