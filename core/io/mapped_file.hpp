#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace unstuck::io {

using Bytes = std::span<const std::byte>;

/// A file mapped read-only: nothing is read before it is touched, and a 4 GiB model is never copied to be parsed. A
/// file that another program cuts short meanwhile ends this one by a signal: those that are rewritten in place, read()
/// copies.
class MappedFile {
  public:
    /// Throws FileError when the file cannot be opened, is not a regular file, or is empty.
    static std::shared_ptr<const MappedFile> open(const std::string& path);

    /// The same interface over a copy in memory, which later changes of the file do not reach. Throws FileError as
    /// open() does, and for a file of more than `most` bytes.
    static std::shared_ptr<const MappedFile> read(const std::string& path, std::uint64_t most);

    /// The same interface over bytes in memory (embedded models, tests). `name` stands for the path in messages.
    static std::shared_ptr<const MappedFile> from_memory(std::string name, Bytes bytes);

    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile();

    Bytes bytes() const { return bytes_; }
    const std::string& path() const { return path_; }

  private:
    MappedFile(std::string path, Bytes bytes, bool mapped) : path_(std::move(path)), bytes_(bytes), mapped_(mapped) {}
    std::string path_;
    Bytes bytes_;
    bool mapped_;
    std::vector<std::byte> copy_; ///< Of read(): what bytes_ are.
};

} // namespace unstuck::io
