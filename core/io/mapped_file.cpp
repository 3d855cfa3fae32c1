#include "core/io/mapped_file.hpp"

#include "core/io/error.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace unstuck::io {

std::shared_ptr<const MappedFile> MappedFile::open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a FIFO must not block
    if (fd < 0) throw FileError(path, std::string("cannot be opened: ") + std::strerror(errno));
    struct stat info {};
    const bool known = ::fstat(fd, &info) == 0;
    if (!known || !S_ISREG(info.st_mode)) {
        ::close(fd);
        throw FileError(path, known && S_ISDIR(info.st_mode) ? "is a folder; choose a model file in it"
                                                             : "is not a regular file");
    }
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size == 0) {
        ::close(fd);
        throw FileError(path, "is empty");
    }
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    const int error = errno;
    ::close(fd);
    if (data == MAP_FAILED) throw FileError(path, std::string("cannot be mapped: ") + std::strerror(error));
    return std::shared_ptr<const MappedFile>(
        new MappedFile(path, Bytes(static_cast<const std::byte*>(data), size), true));
}

std::shared_ptr<const MappedFile> MappedFile::from_memory(std::string name, Bytes bytes) {
    return std::shared_ptr<const MappedFile>(new MappedFile(std::move(name), bytes, false));
}

MappedFile::~MappedFile() {
    if (mapped_) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

} // namespace unstuck::io
