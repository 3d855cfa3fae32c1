#include "app/autosave.hpp"

#include "core/io/atomic_file.hpp"
#include "core/io/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace unstuck::app {

namespace fs = std::filesystem;

namespace {

constexpr int kPlaces = 32; // more programs at once than that do without

std::string numbered(const std::string& folder, const std::string& stem, int number, const char* ending) {
    return folder + "/" + stem + (number > 1 ? "-" + std::to_string(number) : "") + ending;
}

/// The lock's file descriptor; -1 when another program holds it. It goes with the process, also by kill -9, and is not
/// handed on to programs that this one starts.
int try_lock(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) throw io::FileError(path, std::string("cannot be opened: ") + std::strerror(errno));
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
    const int error = errno;
    ::close(fd);
    if (error != EWOULDBLOCK) throw io::FileError(path, std::string("cannot be locked: ") + std::strerror(error));
    return -1;
}

/// A name of this stem that no file has.
std::string free_name(const std::string& folder, const std::string& stem) {
    for (int i = 1;; ++i)
        if (auto path = numbered(folder, stem, i, ".json"); !fs::exists(path)) return path;
}

/// What a run that was killed while writing left besides.
void remove_parts(const std::string& file) {
    std::error_code ignored;
    const fs::path path(file);
    const auto begins = path.filename().string() + ".";
    for (const auto& entry : fs::directory_iterator(path.parent_path(), ignored)) {
        const auto name = entry.path().filename().string();
        if (name.rfind(begins, 0) == 0 && entry.path().extension() == ".part") fs::remove(entry.path(), ignored);
    }
}

} // namespace

Autosave::Autosave(const std::string& folder) {
    io::make_folder(folder);
    // A place where a crash left something comes before an empty one.
    for (int i = 1; i <= kPlaces; ++i) {
        const auto file = numbered(folder, "autosave", i, ".json");
        if (lock_ >= 0 && !fs::exists(file)) continue;
        const int fd = try_lock(numbered(folder, "autosave", i, ".lock"));
        if (fd < 0) continue;
        const bool left = fs::exists(file); // now that nobody else can take it
        if (lock_ >= 0 && !left) {
            ::close(fd);
            continue;
        }
        if (lock_ >= 0) ::close(lock_);
        lock_ = fd;
        file_ = file;
        if (left) break;
    }
    if (lock_ < 0) throw io::FileError(folder, "is used by too many programs at once to keep an autosave there");
    remove_parts(file_);
    if (!fs::exists(file_)) return;
    left_ = Left{free_name(folder, kRecovered), {}, {}};
    fs::rename(file_, left_->file);
    try {
        left_->session = engine::read_session(left_->file);
    } catch (const std::exception& e) {
        left_->error = e.what();
        const auto broken = free_name(folder, "autosave-broken");
        fs::rename(left_->file, broken);
        left_->file = broken;
    }
}

Autosave::~Autosave() {
    if (writing_.valid()) writing_.wait();
    if (lock_ >= 0) ::close(lock_);
}

void Autosave::collect(Clock::time_point now) {
    using namespace std::chrono_literals;
    if (!writing_.valid() || writing_.wait_for(0s) != std::future_status::ready) return;
    if (auto error = writing_.get(); !error.empty()) {
        if (error != told_error_) error_ = error;
        told_error_ = std::move(error);
        written_.reset();
        not_before_ = now + kRetry;
        return;
    }
    told_error_.clear();
    std::error_code ignored;
    if (std::exchange(remove_left_, false)) fs::remove(left_->file, ignored);
}

void Autosave::watch(const engine::Session& session, bool moving, Clock::time_point now) {
    collect(now);
    if (written_ && session == *written_) {
        due_.reset();
        return;
    }
    if (!due_) due_ = std::max(now + (moving ? kDelayMoving : kDelay), not_before_);
    if (now < *due_ || writing_.valid()) return;
    due_.reset();
    written_ = session;
    writing_ = std::async(std::launch::async, [file = file_, session]() -> std::string {
        try {
            engine::write_session(file, session);
            return {};
        } catch (const std::exception& e) {
            return e.what();
        }
    });
}

std::optional<double> Autosave::seconds_to_next(Clock::time_point now) const {
    if (writing_.valid()) return 0.1; // it tells nobody when it is done
    if (!due_) return std::nullopt;
    return std::max(std::chrono::duration<double>(*due_ - now).count(), 0.0);
}

std::optional<std::string> Autosave::take_error() { return std::exchange(error_, std::nullopt); }

void Autosave::end() {
    if (writing_.valid()) writing_.wait();
    collect(Clock::now());
    std::error_code ignored;
    fs::remove(file_, ignored);
    if (std::exchange(remove_left_, false)) fs::remove(left_->file, ignored);
}

std::vector<std::string> sessions_in(const std::string& folder, const std::string& stem) {
    std::vector<std::pair<fs::file_time_type, std::string>> found;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        const auto name = entry.path().filename().string();
        if (name.rfind(stem, 0) == 0 && entry.path().extension() == ".json")
            found.emplace_back(entry.last_write_time(ignored), entry.path().string());
    }
    std::sort(found.rbegin(), found.rend());
    std::vector<std::string> out;
    for (auto& [time, path] : found) out.push_back(std::move(path));
    return out;
}

} // namespace unstuck::app
