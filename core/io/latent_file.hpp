#pragma once
#include "core/io/mapped_file.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace unstuck::io {

/// One w of a file.
struct LatentFile {
    std::int64_t count = 1; ///< How many the file has.
    std::int64_t rows = 1;  ///< 1: the same for all layers.
    std::int64_t w_dim = 0;
    std::vector<float> w; ///< [rows, w_dim], of the one that was asked for.
};

/// Reads w number `index` of a file as projectors and we write them: `.npy`; `.npz`, stored or deflated; safetensors.
/// The array is the one named `w`, or the only one. Shapes: [w_dim], [rows, w_dim], [count, rows, w_dim]; float16, 32
/// or
/// 64. Throws FileError naming the file and the array. Nothing in the file is executed.
LatentFile read_latent_file(const std::string& path, std::int64_t index = 0);
LatentFile read_latent_file(const std::shared_ptr<const MappedFile>& file, std::int64_t index = 0);

/// Whether a path is for read_latent_file rather than a model's: by its ending, a safetensors file by what it holds.
bool is_latent_file(const std::string& path);

/// Writes w's as [count, rows, w_dim] float32 named `w`, in the format that the ending names: .npy, .npz (stored, as
/// numpy.savez and the official projector do), .safetensors. `w` holds all of them. Throws FileError, and
/// std::invalid_argument for another ending.
void write_latent_file(const std::string& path, const LatentFile& content);

} // namespace unstuck::io
