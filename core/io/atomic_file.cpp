#include "core/io/atomic_file.hpp"

#include "core/io/error.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace unstuck::io {

namespace {

constexpr char kSuffix[] = ".part";

/// film.mp4, film-2.mp4, film-3.mp4, ..
std::string numbered(const std::filesystem::path& path, int number) {
    if (number == 1) return path.string();
    auto name = path.stem().string() + "-" + std::to_string(number) + path.extension().string();
    return (path.parent_path() / name).string();
}

} // namespace

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)), temporary_(path_ + ".XXXXXX" + kSuffix) {
    fd_ = ::mkstemps(temporary_.data(), sizeof kSuffix - 1);
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
    close();
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) give_up(errno);
}

std::string AtomicFile::commit_to_free_name() {
    close();
    for (int number = 1;; ++number) {
        const auto name = numbered(path_, number);
        // A link never replaces; where a file system has none, a look beforehand must do.
        if (::link(temporary_.c_str(), name.c_str()) == 0) {
            ::unlink(temporary_.c_str());
            return name;
        }
        if (errno == EEXIST) continue;
        std::error_code ignored;
        if (std::filesystem::exists(name, ignored)) continue;
        if (::rename(temporary_.c_str(), name.c_str()) != 0) give_up(errno);
        return name;
    }
}

void AtomicFile::close() {
    const int fd = fd_;
    fd_ = -1;
    if (::close(fd) != 0) give_up(errno);
}

void AtomicFile::give_up(int error) {
    ::unlink(temporary_.c_str());
    fail("cannot be written", error);
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
