#include "app/palette.hpp"

#include <algorithm>
#include <tuple>

namespace unstuck::app {

namespace {

/// For a query that only title and detail together answer.
constexpr double kByDetail = 20;
/// What was used before is meant more often than what was not.
constexpr double kUsed = 1.5;

std::optional<PaletteHit> hit(const PaletteEntry& entry, const std::string& query) {
    if (auto match = fuzzy_match(query, entry.title)) return PaletteHit{0, match->score, std::move(match->at)};
    auto match = fuzzy_match(query, entry.title + " " + entry.detail);
    if (!match) return std::nullopt;
    std::erase_if(match->at, [&](std::size_t at) { return at >= entry.title.size(); });
    return PaletteHit{0, match->score - kByDetail, std::move(match->at)};
}

} // namespace

std::vector<PaletteHit> ranked(const std::vector<PaletteEntry>& entries, const std::string& query,
                               const std::vector<std::string>& recent) {
    const auto age = [&](std::size_t i) {
        return std::find(recent.begin(), recent.end(), entries[i].id) - recent.begin();
    };
    const auto never = static_cast<std::ptrdiff_t>(recent.size());
    const bool asked = query.find_first_not_of(' ') != std::string::npos;
    std::vector<PaletteHit> hits;
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (auto found = hit(entries[i], query)) {
            found->entry = i;
            if (asked && age(i) < never) found->score += kUsed;
            hits.push_back(std::move(*found));
        }
    std::stable_sort(hits.begin(), hits.end(), [&](const auto& a, const auto& b) {
        const bool grey_a = asked && !entries[a.entry].why_not.empty();
        const bool grey_b = asked && !entries[b.entry].why_not.empty();
        return std::tuple(-a.score, grey_a, age(a.entry)) < std::tuple(-b.score, grey_b, age(b.entry));
    });
    return hits;
}

void remember_use(std::vector<std::string>& recent, const std::string& id) {
    constexpr std::size_t kKept = 12;
    std::erase(recent, id);
    recent.insert(recent.begin(), id);
    if (recent.size() > kKept) recent.resize(kKept);
}

} // namespace unstuck::app
