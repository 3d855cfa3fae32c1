#pragma once
#include "app/ui_state.hpp"

namespace unstuck::app {

inline constexpr int kLeastCacheMb = 16, kMostCacheMb = 65536;

/// The folder for settings: $XDG_CONFIG_HOME/unstuck or ~/.config/unstuck; empty when neither is known.
std::string settings_folder();

/// What was saved, or defaults: a missing, unreadable or broken file is no reason not to start.
Settings load_settings(const std::string& folder);

/// Best effort: a read-only folder loses the settings, nothing else. Returns false then.
bool save_settings(const std::string& folder, const Settings& settings);

/// Puts a model, or a session, at the front of its recent list.
void remember_model(Settings& settings, const std::string& path);
void remember_session(Settings& settings, const std::string& path);

} // namespace unstuck::app
