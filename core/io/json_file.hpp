#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace unstuck::io {

/// The JSON in a file. Throws FileError for a file that cannot be read, and with the byte where it is no JSON.
nlohmann::json read_json(const std::string& path);

} // namespace unstuck::io
