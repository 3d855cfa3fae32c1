#pragma once
#include "core/io/mapped_file.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace unstuck::io {

enum class DType { f16, bf16, f32, f64, i64, i32, i16, i8, u8, boolean };

struct DTypeInfo {
    DType dtype;
    const char* name; ///< safetensors' name.
    std::size_t size; ///< Bytes.
};

/// In the order of DType.
inline constexpr std::array<DTypeInfo, 10> kDTypes = {{
    {DType::f16, "F16", 2},
    {DType::bf16, "BF16", 2},
    {DType::f32, "F32", 4},
    {DType::f64, "F64", 8},
    {DType::i64, "I64", 8},
    {DType::i32, "I32", 4},
    {DType::i16, "I16", 2},
    {DType::i8, "I8", 1},
    {DType::u8, "U8", 1},
    {DType::boolean, "BOOL", 1},
}};

std::size_t item_size(DType dtype);
const char* dtype_name(DType dtype); ///< safetensors' names: "F32", "I64", ...

/// A strided view of numbers inside a file: what every reader here produces, before any tensor library is involved.
struct TensorData {
    DType dtype = DType::f32;
    std::vector<std::int64_t> shape;   ///< Empty for a scalar.
    std::vector<std::int64_t> strides; ///< In elements, one per dimension, never negative.
    std::int64_t offset = 0;           ///< First element, in elements of the storage.
    Bytes storage;                     ///< Little endian.
    std::shared_ptr<const void> owner; ///< Keeps `storage` alive.

    std::int64_t numel() const;
};

using TensorMap = std::map<std::string, TensorData>;

/// Row-major strides of a shape, in elements.
std::vector<std::int64_t> contiguous_strides(const std::vector<std::int64_t>& shape);

/// The elements in row-major order, as bytes of the same dtype.
std::vector<std::byte> contiguous_bytes(const TensorData& tensor);

/// Empty when every element of the view lies inside its storage, otherwise what is wrong. Overflow-safe.
std::string view_error(const TensorData& tensor);

} // namespace unstuck::io
