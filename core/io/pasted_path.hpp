#pragma once
#include <string>

namespace unstuck::io {

/// What is pasted as a path may carry white space and quotes around it, and be a file:// URL: without them, decoded.
std::string pasted_path(const std::string& text);

} // namespace unstuck::io
