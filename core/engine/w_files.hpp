#pragma once
#include "core/io/latent_file.hpp"

#include <string>
#include <vector>

namespace unstuck::engine {

/// What tells one version of a file from another: its time and size.
std::string file_stamp(const std::string& path);

/// Files with w's as they were last read and unpacked: read again only when they changed. Keeps the latest two, as many
/// as a latent names. For one thread at a time.
class WFiles {
  public:
    /// Valid until another path is asked for. Throws io::FileError.
    const io::LatentArray& of(const std::string& path);
    void clear() { kept_.clear(); }

  private:
    struct Kept {
        std::string path, stamp;
        io::LatentArray array;
    };
    std::vector<Kept> kept_; ///< Latest first.
};

} // namespace unstuck::engine
