#include "core/io/mapped_file.hpp"

#include "core/io/error.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace unstuck::io {

namespace {

/// A file that is open, and as long as it was then.
class Opened {
  public:
    explicit Opened(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
        if (fd_ < 0) throw FileError(path, std::string("cannot be opened: ") + std::strerror(errno)); // no FIFO blocks
        struct stat info {};
        const bool known = ::fstat(fd_, &info) == 0;
        size_ = static_cast<std::size_t>(info.st_size);
        std::string wrong;
        if (!known || !S_ISREG(info.st_mode))
            wrong = known && S_ISDIR(info.st_mode) ? "is a folder; choose a model file in it" : "is not a regular file";
        else if (size_ == 0)
            wrong = "is empty";
        if (wrong.empty()) return;
        ::close(fd_);
        throw FileError(path, wrong);
    }
    ~Opened() { ::close(fd_); }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

    int fd() const { return fd_; }
    std::size_t size() const { return size_; }

  private:
    int fd_;
    std::size_t size_ = 0;
};

/// At most out.size() bytes from the file's beginning; fewer when it was cut off meanwhile.
std::size_t read_all(const std::string& path, int fd, std::span<std::byte> out) {
    std::size_t done = 0;
    while (done < out.size()) {
        const auto n = ::read(fd, out.data() + done, out.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw FileError(path, std::string("cannot be read: ") + std::strerror(errno));
        if (n == 0) break;
        done += static_cast<std::size_t>(n);
    }
    return done;
}

} // namespace

std::shared_ptr<const MappedFile> MappedFile::open(const std::string& path) {
    const Opened file(path);
    void* data = ::mmap(nullptr, file.size(), PROT_READ, MAP_PRIVATE, file.fd(), 0);
    if (data == MAP_FAILED) throw FileError(path, std::string("cannot be mapped: ") + std::strerror(errno));
    return std::shared_ptr<const MappedFile>(
        new MappedFile(path, Bytes(static_cast<const std::byte*>(data), file.size()), true));
}

std::shared_ptr<const MappedFile> MappedFile::read(const std::string& path, std::uint64_t most) {
    const Opened file(path);
    if (file.size() > most)
        throw FileError(path, "has " + std::to_string(file.size()) + " bytes; more than " + std::to_string(most) +
                                  " are not read");
    const std::shared_ptr<MappedFile> out(new MappedFile(path, {}, false));
    out->copy_.resize(file.size());
    out->copy_.resize(read_all(path, file.fd(), out->copy_));
    out->bytes_ = out->copy_;
    return out;
}

std::shared_ptr<const MappedFile> MappedFile::from_memory(std::string name, Bytes bytes) {
    return std::shared_ptr<const MappedFile>(new MappedFile(std::move(name), bytes, false));
}

MappedFile::~MappedFile() {
    if (mapped_) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

} // namespace unstuck::io
