#pragma once
#include "core/engine/frame.hpp"

#include <nlohmann/json_fwd.hpp>

namespace unstuck::engine {

/// What `unstuck inspect` prints: family, config guess, sizes, parameters and the full layer plan.
/// Throws io::FileError like load_model.
nlohmann::json model_card(const std::string& source);
std::string model_card_text(const nlohmann::json& card);

/// Reads any model and writes it as safetensors. Throws io::FileError.
void convert_model(const std::string& in, const std::string& out);

} // namespace unstuck::engine
