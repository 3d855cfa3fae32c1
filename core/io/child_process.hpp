#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace unstuck::io {

/// Another program: started without a shell, fed through its standard input, its outputs kept in memory. It runs in a
/// process group of its own, so that Ctrl-C in a terminal ends only us, and it can finish its file. A program that ends
/// early never ends us. Use from one thread at a time.
class ChildProcess {
  public:
    /// Finds argv[0] on the PATH. Throws std::runtime_error naming the program when it cannot be started.
    explicit ChildProcess(const std::vector<std::string>& argv);

    /// Kills it if it still runs.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Waits until all was taken; false when the program no longer reads.
    bool write(const void* data, std::size_t size);

    /// Closes its input and waits for its end. Empty when it ended well, else how it ended ("exit status 1",
    /// "signal 9 (Killed)") and the end of its error messages.
    std::string finish();

    std::string output() const; ///< What it has printed on standard output.
    std::string errors() const; ///< And on standard error.

    /// The end of its errors, without blanks around: short enough for a message.
    std::string complaints() const;

  private:
    void close_all();
    std::string program_;
    int pid_ = -1, input_ = -1, output_ = -1, errors_ = -1;
};

} // namespace unstuck::io
