#pragma once
#include <cstddef>
#include <string>

namespace unstuck::io {

/// A file that appears whole or not at all: written under a temporary name beside its own and renamed by commit().
/// Without commit() the destructor removes what was written. A link stays one: the file that it names is replaced.
/// Throws FileError (no folder, no permission, disk full).
class AtomicFile {
  public:
    explicit AtomicFile(std::string path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(const void* data, std::size_t size);
    /// Waits until what was written is on the disk: a power cut then leaves the old file or the new one.
    void sync();
    void commit();

    /// Like commit(), but replaces no file: where there is one, `film.mp4` becomes `film-2.mp4`, and so on. Returns the
    /// name.
    std::string commit_to_free_name();

    /// The temporary name, for another program to write to. It ends in .part.
    const std::string& temporary() const { return temporary_; }

  private:
    void close();
    [[noreturn]] void give_up(int error);
    [[noreturn]] void fail(const char* doing, int error) const;
    std::string path_, temporary_;
    int fd_ = -1;
};

/// Writes all of `text` to `path` by way of AtomicFile.
void write_file(const std::string& path, const std::string& text);

/// Makes a folder and its parents. Throws FileError naming the one that cannot be made.
void make_folder(const std::string& path);

} // namespace unstuck::io
