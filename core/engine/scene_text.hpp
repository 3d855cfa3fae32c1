#pragma once
#include "core/engine/scene.hpp"

#include <string>
#include <string_view>

namespace unstuck::engine {

/// What a scene's text begins with. The number names the defaults, too: a text has only what differs from them.
inline constexpr std::string_view kSceneTextPrefix = "unstuck1:";

/// The scene in one line of letters, digits, - and _ that fits into a chat: "unstuck1:" and, in base64url (RFC 4648),
/// the CRC-32 and the deflated JSON of all fields that differ from the defaults.
std::string scene_to_text(const Scene& scene);

/// Back again. White space inside, as chats insert it, is passed over. Throws std::invalid_argument for what is no
/// scene's text, was cut short or changed, or is larger than any scene.
Scene scene_from_text(std::string_view text);

} // namespace unstuck::engine
