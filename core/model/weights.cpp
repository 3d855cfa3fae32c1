#include "core/model/weights.hpp"

#include "core/ops/activation.hpp"

#include <ATen/ATen.h>
#include <stdexcept>

namespace unstuck::model {

namespace {

at::ScalarType scalar_type(io::DType dtype) {
    switch (dtype) {
    case io::DType::f16: return at::kHalf;
    case io::DType::bf16: return at::kBFloat16;
    case io::DType::f32: return at::kFloat;
    case io::DType::f64: return at::kDouble;
    case io::DType::i64: return at::kLong;
    case io::DType::i32: return at::kInt;
    case io::DType::i16: return at::kShort;
    case io::DType::i8: return at::kChar;
    case io::DType::u8: return at::kByte;
    case io::DType::boolean: return at::kBool;
    }
    return at::kFloat;
}

std::string shape_text(at::IntArrayRef shape) {
    std::string out = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        out += (i ? ", " : "") + (shape[i] < 0 ? std::string("any") : std::to_string(shape[i]));
    return out + "]";
}

} // namespace

at::Tensor to_tensor(const io::TensorData& data, at::ScalarType dtype) {
    const auto bytes = io::contiguous_bytes(data);
    const auto source = at::from_blob(const_cast<std::byte*>(bytes.data()), data.shape, scalar_type(data.dtype));
    return source.to(dtype, false, true);
}

io::TensorData to_tensor_data(const at::Tensor& tensor) {
    const auto kept = std::make_shared<at::Tensor>(tensor.to(at::kFloat).contiguous().cpu());
    io::TensorData out;
    out.dtype = io::DType::f32;
    out.shape = kept->sizes().vec();
    out.strides = io::contiguous_strides(out.shape);
    out.storage = {static_cast<const std::byte*>(kept->const_data_ptr()), static_cast<std::size_t>(kept->nbytes())};
    out.owner = kept;
    return out;
}

at::Tensor Weights::get(const std::string& name, const std::vector<std::int64_t>& shape) const {
    const auto found = tensors_.find(prefix_ + name);
    if (found == tensors_.end()) throw std::invalid_argument("the tensor '" + prefix_ + name + "' is missing");
    const auto& have = found->second.shape;
    bool fits = have.size() == shape.size();
    for (std::size_t i = 0; fits && i < shape.size(); ++i) fits = shape[i] < 0 || shape[i] == have[i];
    if (!fits)
        throw std::invalid_argument("the tensor '" + prefix_ + name + "' has the shape " + shape_text(have) +
                                    ", expected " + shape_text(shape));
    if (on_tensor_) on_tensor_();
    return to_tensor(found->second, dtype_);
}

at::Tensor Weights::find(const std::string& name) const {
    const auto found = tensors_.find(prefix_ + name);
    return found == tensors_.end() ? at::Tensor() : to_tensor(found->second, dtype_);
}

at::Tensor Affine::operator()(const at::Tensor& w) const { return ops::fully_connected(w, weight, bias, 1, "linear"); }

void append_bytes(std::string& key, const at::Tensor& tensor) {
    const auto kept = tensor.contiguous().cpu();
    key.append(static_cast<const char*>(kept.const_data_ptr()), kept.nbytes());
}

ops::ConvAlgorithm conv_algorithm(Arithmetic arithmetic) {
    return arithmetic == Arithmetic::fast ? ops::ConvAlgorithm::automatic : ops::ConvAlgorithm::direct;
}

at::Tensor w_row(const SynthesisInput& input, int row) { return input.ws.select(1, row); }

} // namespace unstuck::model
