#pragma once
#include "core/io/tensor_data.hpp"

namespace unstuck::io {

bool looks_like_npy(Bytes bytes);

/// An array as numpy.save writes it, versions 1 to 3, C or Fortran order, little endian; it points into `bytes`.
/// `owner` is handed on. Throws FormatError for what is no such file, is cut off, has a dtype that is no plain number
/// (Python objects are refused: nothing is ever unpickled), or a shape that does not match its bytes.
/// Source: numpy's documentation, "A simple file format for NumPy arrays".
TensorData read_npy(Bytes bytes, std::shared_ptr<const void> owner);

/// float32 numbers in row-major order as a version 1.0 file's bytes.
std::string npy_bytes(const std::vector<std::int64_t>& shape, const std::vector<float>& values);

} // namespace unstuck::io
