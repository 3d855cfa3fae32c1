#pragma once
#include "app/ui_state.hpp"
#include "core/engine/scene.hpp"
#include "core/latent/numpy_random.hpp"
#include "core/latent/seed_grid.hpp"
#include "core/latent/visits.hpp"

#include <functional>
#include <optional>
#include <string>

namespace unstuck::app {

/// Seeds that Random draws from, each as likely as any other: 0 .. kRandomSeeds - 1, short enough to be remembered.
inline constexpr std::uint32_t kRandomSeeds = 1'000'000;

/// Where the scene is. Without a walk its reach counts as 0.
latent::Place place_of(const engine::LatentState& latent);

// They leave the walk as it is, but for how far and where one is on it.

// Whoever goes somewhere wants to see it: a file whose w stands in the seed plane's place is let go.

void go_to(engine::LatentState& latent, const std::optional<latent::Place>& place); ///< Nowhere: nothing happens.
/// To the seed plane itself: off the walk.
void go_to(engine::LatentState& latent, double x, double y);
void go_to(engine::LatentState& latent, const latent::GridCell& cell);
/// At (seed mod 100, seed / 100).
void go_to_random_seed(engine::LatentState& latent, latent::NumpyRandom& random);
/// To the next seed in a direction, dx, dy in -1, 0, 1; along an axis that does not change, where it is.
void step_seed(engine::LatentState& latent, int dx, int dy);

/// A move of the panel's latent, with a toast where it lets a file go.
void move(PanelContext& c, const std::function<void(engine::LatentState&)>& how);
/// To where the history has led: its place becomes what the scene could make of it.
void revisit(PanelContext& c, const std::optional<latent::Place>& place);
/// Why a drag over the seed plane moves nothing of a side's picture; empty: it does.
std::string why_plane_is_hidden(const engine::LatentState& latent);

/// One more key at the walk's end. The first one leaves the picture where it is (reach 0). False: the walk is full.
bool add_walk_seed(engine::LatentState& latent, std::uint32_t seed);

/// The nearest seed of a place in the plane.
std::uint32_t nearest_seed(double x, double y);

} // namespace unstuck::app
