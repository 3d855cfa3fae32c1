#pragma once
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace unstuck::io {

/// A file that cannot be read or written as asked: says which file, where in it (byte offset, when known) and why.
/// what() reads `FILE: byte 1234: reason`.
class FileError : public std::runtime_error {
  public:
    FileError(std::string path, std::string reason) : FileError(std::move(path), std::nullopt, std::move(reason)) {}
    FileError(std::string path, std::optional<std::uint64_t> offset, std::string reason)
        : std::runtime_error(path + (offset ? ": byte " + std::to_string(*offset) : std::string()) + ": " + reason),
          path_(std::move(path)), offset_(offset), reason_(std::move(reason)) {}

    const std::string& path() const { return path_; }
    std::optional<std::uint64_t> offset() const { return offset_; }
    const std::string& reason() const { return reason_; }

  private:
    std::string path_;
    std::optional<std::uint64_t> offset_;
    std::string reason_;
};

/// A refusal inside one stream of bytes; the reader that knows the file turns it into a FileError.
struct FormatError : std::runtime_error {
    FormatError(std::uint64_t at, const std::string& reason) : std::runtime_error(reason), offset(at) {}
    std::uint64_t offset; ///< Byte within the stream that was being read.
};

} // namespace unstuck::io
