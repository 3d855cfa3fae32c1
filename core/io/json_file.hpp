#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace unstuck::io {

/// Nothing that we write is deeper; what is would overflow the stack of whoever walks through it.
inline constexpr int kMostJsonDepth = 64;

/// The JSON in a text that came from outside: everything that is read goes through here. Throws FormatError with the
/// byte where it is no JSON, or at 0 where it is nested deeper than `most_depth` levels.
nlohmann::json parse_json(std::string_view text, int most_depth = kMostJsonDepth);

/// The JSON in a file. Throws FileError for a file that cannot be read, and as parse_json() does.
nlohmann::json read_json(const std::string& path);

/// Whether a file that begins so may be an object of JSON. Some model files begin with a length, which may look like a
/// brace: text has no zeros.
bool begins_as_json(std::string_view head);

} // namespace unstuck::io
