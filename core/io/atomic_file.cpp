#include "core/io/atomic_file.hpp"

#include "core/io/error.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <random>
#include <string_view>
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

/// Through links, to the file itself.
std::string target_of(std::string path) {
    std::error_code ignored;
    if (!std::filesystem::is_symlink(path, ignored)) return path;
    const auto target = std::filesystem::weakly_canonical(path, ignored);
    return ignored ? path : target.string();
}

std::string six_letters(std::random_device& random) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string out;
    for (int i = 0; i < 6; ++i) out += kLetters[random() % kLetters.size()];
    return out;
}

} // namespace

AtomicFile::AtomicFile(std::string path) : path_(target_of(std::move(path))) {
    // Not mkstemp: its files are private, and to ask for the umask means to change it under other threads' feet.
    std::random_device random;
    do {
        temporary_ = path_ + "." + six_letters(random) + kSuffix;
        fd_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (fd_ < 0 && errno == EEXIST);
    if (fd_ < 0) fail("cannot be created", errno);
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

void AtomicFile::sync() {
    if (::fsync(fd_) != 0 && errno != EINVAL && errno != EROFS) fail("cannot be written", errno);
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
