#include "app/cli/options.hpp"

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace unstuck::app {

namespace {

/// The whole text as a number within low .. high.
template <class T>
bool number(std::string_view text, T& value, T low, T high) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value >= low && value <= high;
}

} // namespace

engine::LatentDirection parse_direction(const std::string& text) {
    std::vector<std::string_view> parts;
    const std::string_view all = text;
    for (std::size_t at = 0; at <= all.size();) {
        const auto end = std::min(all.find(':', at), all.size());
        parts.push_back(all.substr(at, end - at));
        at = end + 1;
    }
    engine::LatentDirection d;
    constexpr int kMostIndex = 100'000, kMostRow = 1000;
    constexpr double kMostAmount = 1000;
    bool good = (parts.size() == 3 || parts.size() == 4) && (parts[0] == "pca" || parts[0] == "affine") &&
                number(parts[1], d.index, 0, kMostIndex) && number(parts[2], d.amount, -kMostAmount, kMostAmount);
    if (good && parts[0] == "affine") d.kind = engine::LatentDirection::Kind::affine;
    if (good && parts.size() == 4) {
        const auto dash = parts[3].find('-');
        good = number(parts[3].substr(0, dash), d.first, 0, kMostRow);
        d.last = d.first;
        if (good && dash != std::string_view::npos) good = number(parts[3].substr(dash + 1), d.last, d.first, kMostRow);
    }
    if (!good)
        throw std::invalid_argument("--direction '" + text +
                                    "': expected pca or affine, index, amount and maybe rows, as in affine:3:-5:4-7");
    return d;
}

} // namespace unstuck::app
