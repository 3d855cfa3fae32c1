#include "core/io/tensor_data.hpp"

#include <cstring>

namespace unstuck::io {

std::size_t item_size(DType dtype) { return kDTypes[static_cast<std::size_t>(dtype)].size; }
const char* dtype_name(DType dtype) { return kDTypes[static_cast<std::size_t>(dtype)].name; }

std::int64_t TensorData::numel() const {
    std::int64_t n = 1;
    for (auto size : shape) n *= size;
    return n;
}

std::vector<std::int64_t> contiguous_strides(const std::vector<std::int64_t>& shape) {
    std::vector<std::int64_t> strides(shape.size());
    std::int64_t step = 1;
    for (std::size_t i = shape.size(); i-- > 0;) {
        strides[i] = step;
        step *= shape[i];
    }
    return strides;
}

std::string view_error(const TensorData& tensor) {
    constexpr int kMaxDims = 16;
    if (tensor.shape.size() != tensor.strides.size()) return "has another number of strides than of dimensions";
    if (tensor.shape.size() > kMaxDims) return "has more than 16 dimensions";
    if (tensor.offset < 0) return "has a negative offset";
    const auto elements = static_cast<std::int64_t>(tensor.storage.size() / item_size(tensor.dtype));
    std::int64_t numel = 1, last = tensor.offset;
    bool empty = false;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        const auto size = tensor.shape[i], stride = tensor.strides[i];
        if (size < 0) return "has a negative size";
        if (stride < 0) return "has a negative stride";
        if (size == 0) {
            empty = true;
            continue;
        }
        // An expanded view (stride 0) may hold more elements than its storage, but not without bound.
        std::int64_t span = 0;
        if (__builtin_mul_overflow(numel, size, &numel) || numel > (std::int64_t{1} << 40)) return "is too large";
        if (__builtin_mul_overflow(size - 1, stride, &span) || __builtin_add_overflow(last, span, &last))
            return "has strides that overflow";
    }
    if (empty) return {};
    if (last >= elements)
        return "reaches element " + std::to_string(last) + " of a storage of " + std::to_string(elements);
    if (numel > elements && numel > (std::int64_t{1} << 26)) return "is expanded beyond 2^26 elements";
    return {};
}

std::vector<std::byte> contiguous_bytes(const TensorData& tensor) {
    const auto item = item_size(tensor.dtype);
    const auto count = tensor.numel();
    std::vector<std::byte> out(static_cast<std::size_t>(count) * item);
    if (count == 0) return out;
    const auto dims = tensor.shape.size();
    std::vector<std::int64_t> index(dims, 0);
    std::int64_t source = tensor.offset;
    for (std::int64_t i = 0; i < count; ++i) {
        std::memcpy(out.data() + i * item, tensor.storage.data() + source * item, item);
        for (std::size_t d = dims; d-- > 0;) {
            source += tensor.strides[d];
            if (++index[d] < tensor.shape[d]) break;
            source -= tensor.strides[d] * tensor.shape[d];
            index[d] = 0;
        }
    }
    return out;
}

} // namespace unstuck::io
