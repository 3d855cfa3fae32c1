#pragma once
#include "core/io/tensor_data.hpp"

#include <map>
#include <string>

namespace unstuck::io {

struct SafeTensors {
    TensorMap tensors;
    std::map<std::string, std::string> metadata;
};

/// True when the bytes start as a safetensors file does: a header length, then a JSON object.
bool looks_like_safetensors(Bytes bytes);

/// Reads a safetensors file without copying its numbers. Throws FileError: header longer than the file or than 16 MB,
/// JSON that does not parse, ranges outside the data or not matching shape and dtype.
SafeTensors read_safetensors(const std::shared_ptr<const MappedFile>& file);

/// Writes to `path` + a temporary suffix and renames, so that a reader never sees half a file. Throws FileError.
void write_safetensors(const std::string& path, const SafeTensors& content);

} // namespace unstuck::io
