#pragma once
#include <string>

namespace unstuck::io {

/// What is pasted as a path may carry white space, quotes and a file:// around it: without them.
std::string pasted_path(const std::string& text);

} // namespace unstuck::io
