#include "app/latent_moves.hpp"

#include "core/latent/seeds.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::app {

namespace {

constexpr double kLimit = 1e9; // of the plane, as seed_blend() has it

double stepped(double v, int by) {
    if (by == 0) return v;
    return std::clamp(by > 0 ? std::floor(v) + 1 : std::ceil(v) - 1, -kLimit, kLimit);
}

bool shows_file(const engine::LatentState& latent) { return latent.w != std::array<std::string, 2>{}; }

void leave_files(engine::LatentState& latent) {
    latent.w = {};
    latent.w_index = {};
}

} // namespace

latent::Place place_of(const engine::LatentState& latent) {
    if (latent.walk.seeds.empty()) return {latent.x, latent.y, 0, 0};
    return {latent.x, latent.y, latent.walk.reach, latent.walk.position};
}

void go_to(engine::LatentState& latent, const std::optional<latent::Place>& place) {
    if (!place) return;
    leave_files(latent);
    latent.x = place->x;
    latent.y = place->y;
    if (latent.walk.seeds.empty()) return;
    latent.walk.reach = place->reach;
    latent.walk.position = place->walk_position;
}

void go_to(engine::LatentState& latent, double x, double y) {
    leave_files(latent);
    latent.x = std::clamp(x, -kLimit, kLimit);
    latent.y = std::clamp(y, -kLimit, kLimit);
    if (!latent.walk.seeds.empty()) latent.walk.reach = 0;
}

void go_to(engine::LatentState& latent, const latent::GridCell& cell) { go_to(latent, cell.x(), cell.y()); }

void go_to_random_seed(engine::LatentState& latent, latent::NumpyRandom& random) {
    go_to(latent, latent::cell_of_seed(random.randint(kRandomSeeds)));
}

void step_seed(engine::LatentState& latent, int dx, int dy) {
    go_to(latent, stepped(latent.x, dx), stepped(latent.y, dy));
}

void move(PanelContext& c, const std::function<void(engine::LatentState&)>& how) {
    auto& latent = c.scene.latent;
    const bool file = shows_file(latent);
    how(latent);
    if (file && !shows_file(latent))
        c.ask(Command::Kind::show_toast, engine::Side::a,
              "The seed plane is shown again, not the file's w; Ctrl+Z brings it back");
}

void revisit(PanelContext& c, const std::optional<latent::Place>& place) {
    if (!place) return;
    move(c, [&](engine::LatentState& latent) { go_to(latent, place); });
    c.ui.visits.correct_present(place_of(c.scene.latent));
}

std::string why_plane_is_hidden(const engine::LatentState& latent) {
    if (!shows_file(latent)) return {};
    const bool both = !latent.w[0].empty() && !latent.w[1].empty();
    const char* who = both ? "Both sides show" : latent.w[0].empty() ? "B shows" : "A shows";
    return std::string(who) + " the w of a file, which a drag over the seed plane does not move; Random or the map "
                              "let it go";
}

bool add_walk_seed(engine::LatentState& latent, std::uint32_t seed) {
    auto& walk = latent.walk;
    if (walk.seeds.size() >= engine::kMostWalkSeeds) return false;
    if (walk.seeds.empty()) walk.reach = 0;
    walk.seeds.push_back(seed);
    return true;
}

std::uint32_t nearest_seed(double x, double y) {
    return latent::plane_seed(std::llround(std::clamp(x, -kLimit, kLimit)),
                              std::llround(std::clamp(y, -kLimit, kLimit)));
}

} // namespace unstuck::app
