// What the command palette finds.
#pragma once
#include "app/fuzzy.hpp"
#include "app/ui_state.hpp"

#include <functional>
#include <string>
#include <vector>

namespace unstuck::app {

/// A line of the palette.
struct PaletteEntry {
    std::string id;           ///< Of the same thing always the same: what was used is remembered by it.
    std::string title;        ///< What is searched.
    std::string detail;       ///< Where it belongs; searched where the title alone does not match.
    std::string keys = {};    ///< Its shortcut.
    std::string tip = {};     ///< One sentence.
    std::string why_not = {}; ///< Why it cannot be run now; empty when it can.
    std::function<void(PanelContext&)> run;
};

/// All that can be found for what was typed: actions, layers, models, seeds. Every source adds its own
/// (palette_sources.cpp).
std::vector<PaletteEntry> palette_entries(const PanelContext& c, const std::string& query);

/// An entry that answers the query, with its letters found.
struct PaletteHit {
    std::size_t entry = 0; ///< Index.
    double score = 0;
    std::vector<std::size_t> at; ///< Bytes of the title.
};

/// Best first; of equal ones the one used more recently, then the one listed first. Without a query: those used, newest
/// first, then all others in their order. What cannot be run comes after what can be, of equal scores.
std::vector<PaletteHit> ranked(const std::vector<PaletteEntry>& entries, const std::string& query,
                               const std::vector<std::string>& recent);

/// Puts `id` first.
void remember_use(std::vector<std::string>& recent, const std::string& id);

} // namespace unstuck::app
