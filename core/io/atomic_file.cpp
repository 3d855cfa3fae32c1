#include "core/io/atomic_file.hpp"

#include "core/io/error.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace unstuck::io {

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)), temporary_(path_ + ".XXXXXX") {
    fd_ = ::mkstemp(temporary_.data());
    if (fd_ < 0) fail("cannot be created", errno);
    // mkstemp makes a private file; give it what the user's umask would have given.
    const auto mask = ::umask(0);
    ::umask(mask);
    ::fchmod(fd_, 0666 & ~mask);
}

AtomicFile::~AtomicFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(temporary_.c_str());
}

void AtomicFile::write(const void* data, std::size_t size) {
    const auto* at = static_cast<const char*>(data);
    while (size > 0) {
        const auto n = ::write(fd_, at, size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("cannot be written", errno);
        at += n;
        size -= static_cast<std::size_t>(n);
    }
}

void AtomicFile::commit() {
    const int fd = fd_;
    fd_ = -1;
    if (::close(fd) != 0 || ::rename(temporary_.c_str(), path_.c_str()) != 0) {
        const int error = errno;
        ::unlink(temporary_.c_str());
        fail("cannot be written", error);
    }
}

void AtomicFile::fail(const char* doing, int error) const {
    throw FileError(path_, std::string(doing) + ": " + std::strerror(error));
}

void write_file(const std::string& path, const std::string& text) {
    AtomicFile file(path);
    file.write(text.data(), text.size());
    file.commit();
}

void make_folder(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) throw FileError(path, "cannot be made a folder: " + error.message());
}

} // namespace unstuck::io
