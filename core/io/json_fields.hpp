#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace unstuck::io {

/// The fields of `given` that are not in `known`, by their whole names ("latent.pssi"): typing errors, or what a later
/// version wrote. `known` is what was read, written out again. Nulls and empty groups say nothing, and objects in lists
/// are compared where the lists are of one length.
std::vector<std::string> unknown_fields(const nlohmann::json& given, const nlohmann::json& known,
                                        const std::string& path = "");

/// One sentence about such fields, the first ten of them by name.
std::string unknown_fields_text(const std::vector<std::string>& fields);

} // namespace unstuck::io
