#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::latent {

/// What a seed stands for: the latent, and the class that the same generator draws next (conditional models).
struct SeedDraw {
    std::vector<float> z;    ///< [z_dim]
    std::uint32_t klass = 0; ///< In [0, c_dim); 0 when c_dim is 0.
};
SeedDraw draw_seed(std::uint32_t seed, int z_dim, int c_dim);

/// One corner of the seed plane with its bilinear weight.
struct SeedWeight {
    std::uint32_t seed;
    double weight; ///< In (0, 1]; the weights of a blend sum to 1.
};

/// The four-seed blend of the tools users know: the corners around (x, y), seed = x + 100 y, taken modulo 2^32. Corners
/// of weight zero are left out. x and y are clamped to +-1e9, where doubles still resolve a pixel's drag.
std::vector<SeedWeight> seed_blend(double x, double y);

/// The seed shown for whole coordinates: x + 100 y modulo 2^32.
std::uint32_t plane_seed(std::int64_t x, std::int64_t y);

/// Parses `0-3,7` into {0, 1, 2, 3, 7}. Values are 0 .. 2^32 - 1, ranges inclusive, at most 1,000,000 seeds.
/// Throws std::invalid_argument with a sentence that says what is wrong.
std::vector<std::uint32_t> parse_seeds(const std::string& text);

/// The same list as text that parse_seeds() takes, three seeds or more in a row as a range; empty for none.
std::string seeds_text(const std::vector<std::uint32_t>& seeds);

} // namespace unstuck::latent
