#pragma once
#include "core/model/generator.hpp"
#include "core/ops/stopwatch.hpp"
#include "core/ops/styled_conv.hpp"

namespace unstuck::model {

/// The state dict of one network, taken apart with checked shapes.
class Weights {
  public:
    Weights(const io::TensorMap& tensors, std::string prefix, at::ScalarType dtype,
            const std::function<void()>& on_tensor)
        : tensors_(tensors), prefix_(std::move(prefix)), dtype_(dtype), on_tensor_(on_tensor) {}

    Weights child(const std::string& name) const { return {tensors_, prefix_ + name + ".", dtype_, on_tensor_}; }

    /// Throws std::invalid_argument naming the tensor when it is missing or not of this shape (-1 matches any size).
    at::Tensor get(const std::string& name, const std::vector<std::int64_t>& shape) const;
    /// Like get, but undefined when the file does not have it. Any shape.
    at::Tensor find(const std::string& name) const;

  private:
    const io::TensorMap& tensors_;
    std::string prefix_;
    at::ScalarType dtype_;
    const std::function<void()>& on_tensor_;
};

/// A style affine: w -> styles, with lr_multiplier 1.
struct Affine {
    at::Tensor weight, bias;
    Affine() = default;
    Affine(const Weights& weights, std::int64_t out, std::int64_t w_dim)
        : weight(weights.get("weight", {out, w_dim})), bias(weights.get("bias", {out})) {}
    at::Tensor operator()(const at::Tensor& w) const;
};

/// Operations of a k x k convolution with that many results per channel.
inline double conv_flop(int in, int out, int k, double results) { return 2.0 * k * k * in * out * results; }

/// Appends the raw bytes of a small tensor or value to a cache key.
void append_bytes(std::string& key, const at::Tensor& tensor);
template <class T>
void append_value(std::string& key, const T& value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// The convolutions' share of an arithmetic that is not the reference.
ops::ConvAlgorithm conv_algorithm(Arithmetic arithmetic);

/// Row `row` of ws, [N, w_dim].
at::Tensor w_row(const SynthesisInput& input, int row);

struct GpuBuild;

/// With a GPU the network lives there; `arithmetic` is then of no account.
std::unique_ptr<const Synthesis> make_alias_free(const GeneratorConfig& config, const Weights& weights,
                                                 Arithmetic arithmetic, const std::optional<GpuBuild>& gpu);
std::unique_ptr<const Synthesis> make_stylegan2(const GeneratorConfig& config, const Weights& weights,
                                                Arithmetic arithmetic, const std::optional<GpuBuild>& gpu);

} // namespace unstuck::model
