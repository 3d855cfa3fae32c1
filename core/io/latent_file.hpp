#pragma once
#include "core/io/mapped_file.hpp"
#include "core/io/tensor_data.hpp"

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

/// The most bytes that a file of w's may have, packed or unpacked.
inline constexpr std::uint64_t kMostLatentBytes = std::uint64_t{1} << 30;

/// All w of a file as projectors and we write them: `.npy`; `.npz`, stored or deflated; safetensors. The array is the
/// one named `w`, or the only one. Shapes: [w_dim], [rows, w_dim], [count, rows, w_dim]; float16, 32 or 64. It is read
/// and unpacked once, here: what becomes of the file later does not reach it. Nothing in the file is executed.
class LatentArray {
  public:
    explicit LatentArray(const std::string& path); ///< Throws FileError naming the file and the array.
    explicit LatentArray(const std::shared_ptr<const MappedFile>& file); ///< Likewise.

    std::int64_t count() const { return tensor_.shape[0]; }
    LatentFile w(std::int64_t index) const; ///< Throws FileError: there is none of that number, or it is not finite.

  private:
    std::string path_, name_; ///< For messages.
    TensorData tensor_;       ///< [count, rows, w_dim]
};

/// Number `index` alone.
LatentFile read_latent_file(const std::string& path, std::int64_t index = 0);

/// Whether a path is for read_latent_file rather than a model's: by its ending, a safetensors file by what it holds.
bool is_latent_file(const std::string& path);

/// Writes w's as [count, rows, w_dim] float32 named `w`, in the format that the ending names: .npy, .npz (stored, as
/// numpy.savez and the official projector do), .safetensors. `w` holds all of them. Throws FileError, and
/// std::invalid_argument for another ending.
void write_latent_file(const std::string& path, const LatentFile& content);

/// Throws what write_latent_file() would throw for this path, before there is anything to write.
void check_latent_target(const std::string& path);

} // namespace unstuck::io
