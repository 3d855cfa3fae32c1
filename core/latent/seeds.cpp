#include "core/latent/seeds.hpp"

#include "core/latent/numpy_random.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace unstuck::latent {

SeedDraw draw_seed(std::uint32_t seed, int z_dim, int c_dim) {
    NumpyRandom random(seed);
    const auto z = random.randn(static_cast<std::size_t>(z_dim));
    SeedDraw out{{z.begin(), z.end()}, 0};
    if (c_dim > 0) out.klass = random.randint(static_cast<std::uint32_t>(c_dim));
    return out;
}

std::uint32_t plane_seed(std::int64_t x, std::int64_t y) { return static_cast<std::uint32_t>(x + 100 * y); }

std::vector<SeedWeight> seed_blend(double x, double y) {
    constexpr double kLimit = 1e9;
    x = std::isfinite(x) ? std::clamp(x, -kLimit, kLimit) : 0.0;
    y = std::isfinite(y) ? std::clamp(y, -kLimit, kLimit) : 0.0;
    const double x0 = std::floor(x), y0 = std::floor(y);
    std::vector<SeedWeight> out;
    for (const auto& [dx, dy] : {std::pair{0, 0}, {1, 0}, {0, 1}, {1, 1}}) {
        const double weight = (1 - std::abs(x - x0 - dx)) * (1 - std::abs(y - y0 - dy));
        if (weight > 0)
            out.push_back({plane_seed(static_cast<std::int64_t>(x0) + dx, static_cast<std::int64_t>(y0) + dy), weight});
    }
    return out;
}

namespace {

std::uint64_t parse_one(const std::string& text, const char*& at, const char* end) {
    std::uint64_t value = 0;
    const auto result = std::from_chars(at, end, value);
    if (result.ec != std::errc{} || value > 0xffffffffull)
        throw std::invalid_argument("seeds '" + text + "': expected numbers from 0 to 4294967295, as in 0-3,7");
    at = result.ptr;
    return value;
}

} // namespace

std::vector<std::uint32_t> parse_seeds(const std::string& text) {
    constexpr std::size_t kMost = 1'000'000;
    std::vector<std::uint32_t> out;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        const auto first = parse_one(text, at, end);
        auto last = first;
        if (at != end && *at == '-') last = parse_one(text, ++at, end);
        if (last < first) throw std::invalid_argument("seeds '" + text + "': a range runs backwards");
        if (last - first >= kMost || out.size() + (last - first) >= kMost)
            throw std::invalid_argument("seeds '" + text + "': more than a million seeds");
        for (auto seed = first; seed <= last; ++seed) out.push_back(static_cast<std::uint32_t>(seed));
        if (at == end) return out;
        if (*at++ != ',') throw std::invalid_argument("seeds '" + text + "': expected numbers and ranges, as in 0-3,7");
    }
}

std::string seeds_text(const std::vector<std::uint32_t>& seeds) {
    std::string out;
    for (std::size_t i = 0; i < seeds.size();) {
        auto last = i;
        while (last + 1 < seeds.size() && seeds[last + 1] == std::uint64_t{seeds[last]} + 1) ++last;
        if (last < i + 2) last = i;
        if (!out.empty()) out += ',';
        out += std::to_string(seeds[i]);
        if (last > i) out += '-' + std::to_string(seeds[last]);
        i = last + 1;
    }
    return out;
}

} // namespace unstuck::latent
