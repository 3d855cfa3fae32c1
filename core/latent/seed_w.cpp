#include "core/latent/seed_w.hpp"

#include "core/latent/seeds.hpp"

#include <ATen/ATen.h>
#include <algorithm>

namespace unstuck::latent {

at::Tensor seed_w(const model::Generator& g, std::uint32_t seed, int class_index) {
    const auto& c = g.config();
    const auto draw = draw_seed(seed, c.z_dim, c.c_dim);
    const auto z = at::tensor(draw.z).reshape({1, c.z_dim});
    if (c.c_dim == 0) return g.map(z, {});
    auto label = at::zeros({1, c.c_dim});
    const auto chosen =
        class_index < 0 ? static_cast<std::int64_t>(draw.klass) : std::min<std::int64_t>(class_index, c.c_dim - 1);
    label.select(1, chosen).fill_(1);
    return g.map(z, label);
}

} // namespace unstuck::latent
