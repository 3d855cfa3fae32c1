#include "core/engine/w_files.hpp"

#include <algorithm>
#include <filesystem>

namespace unstuck::engine {

std::string file_stamp(const std::string& path) {
    std::error_code ignored;
    const auto time = std::filesystem::last_write_time(path, ignored).time_since_epoch().count();
    return std::to_string(time) + " " + std::to_string(std::filesystem::file_size(path, ignored));
}

const io::LatentArray& WFiles::of(const std::string& path) {
    constexpr std::size_t kMost = 2;
    const auto stamp = file_stamp(path); // before reading: what changes meanwhile is read again
    const auto known = std::find_if(kept_.begin(), kept_.end(), [&](const auto& k) { return k.path == path; });
    if (known != kept_.end() && known->stamp == stamp) {
        std::rotate(kept_.begin(), known, known + 1);
    } else {
        if (known != kept_.end()) kept_.erase(known); // two versions need not fit into memory
        if (kept_.size() >= kMost) kept_.pop_back();
        kept_.insert(kept_.begin(), {path, stamp, io::LatentArray(path)});
    }
    return kept_.front().array;
}

} // namespace unstuck::engine
