#pragma once
#include "core/model/edits.hpp"

#include <nlohmann/json_fwd.hpp>

namespace unstuck::model {

/// {"L3_52_512": {"up": {"family": "bilinear", "taps": 12}, "oversampling": 1}, ...}: fields that are not set are left
/// out.
nlohmann::json to_json(const Edits& edits);

/// Unknown fields are ignored. Throws std::invalid_argument naming the field (`path` before it) that is of the wrong
/// type or no number. Ranges are edited()'s affair.
Edits edits_from_json(const nlohmann::json& json, const std::string& path = "");

const char* family_name(FilterFamily family); ///< "kaiser", "bilinear", "binomial", "nearest", "ideal".
const char* window_name(FilterWindow window); ///< "kaiser", "hann", "hamming", "blackman", "rectangular".

} // namespace unstuck::model
