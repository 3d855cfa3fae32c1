#include "core/io/child_process.hpp"

#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <spawn.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace unstuck::io {

namespace {

int checked(int value, const char* what) {
    if (value < 0) throw std::system_error(errno, std::generic_category(), what);
    return value;
}

class SpawnSettings {
  public:
    SpawnSettings() {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        sigset_t set;
        sigemptyset(&set);
        posix_spawnattr_setsigmask(&attributes, &set);
        for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) sigaddset(&set, signal);
        posix_spawnattr_setsigdefault(&attributes, &set);
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnSettings() {
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
};

std::string text_of(int fd) {
    std::string out;
    char part[4096];
    for (ssize_t n; (n = ::pread(fd, part, sizeof part, static_cast<off_t>(out.size()))) > 0;)
        out.append(part, static_cast<std::size_t>(n));
    return out;
}

} // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& argv) : program_(argv.at(0)) {
    int ends[2] = {-1, -1};
    try {
        output_ = checked(::memfd_create("output", MFD_CLOEXEC), "memfd_create");
        errors_ = checked(::memfd_create("errors", MFD_CLOEXEC), "memfd_create");
        // A socket instead of a pipe: writing to one that nobody reads can fail without a signal.
        checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair");
        input_ = ends[0];
        ::shutdown(ends[1], SHUT_WR);
        SpawnSettings settings;
        posix_spawn_file_actions_adddup2(&settings.actions, ends[1], STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&settings.actions, output_, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&settings.actions, errors_, STDERR_FILENO);
        std::vector<char*> pointers;
        for (const auto& argument : argv) pointers.push_back(const_cast<char*>(argument.c_str()));
        pointers.push_back(nullptr);
        const int error =
            ::posix_spawnp(&pid_, program_.c_str(), &settings.actions, &settings.attributes, pointers.data(), environ);
        ::close(std::exchange(ends[1], -1));
        if (error != 0) {
            pid_ = -1;
            throw std::runtime_error("the program '" + program_ + "' cannot be started: " + std::strerror(error));
        }
    } catch (...) {
        if (ends[1] >= 0) ::close(ends[1]);
        close_all();
        throw;
    }
}

ChildProcess::~ChildProcess() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    close_all();
}

void ChildProcess::close_all() {
    for (auto* fd : {&input_, &output_, &errors_})
        if (*fd >= 0) ::close(std::exchange(*fd, -1));
}

bool ChildProcess::write(const void* data, std::size_t size) {
    const auto* at = static_cast<const char*>(data);
    while (size > 0) {
        const auto n = ::send(input_, at, size, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        at += n;
        size -= static_cast<std::size_t>(n);
    }
    return true;
}

std::string ChildProcess::finish() {
    if (input_ >= 0) ::close(std::exchange(input_, -1));
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    std::string how = WIFSIGNALED(status)
                          ? "signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ")"
                          : "exit status " + std::to_string(WEXITSTATUS(status));
    const auto text = complaints();
    return text.empty() ? how : how + ": " + text;
}

std::string ChildProcess::complaints() const {
    constexpr std::size_t kMostText = 600;
    auto text = errors();
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
    return text.size() > kMostText ? "... " + text.substr(text.size() - kMostText) : text;
}

std::string ChildProcess::output() const { return text_of(output_); }
std::string ChildProcess::errors() const { return text_of(errors_); }

} // namespace unstuck::io
