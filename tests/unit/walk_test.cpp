#include "core/engine/latent_ws.hpp"
#include "tests/support/golden.hpp"

namespace unstuck::engine {

namespace {

const LoadedModel& loaded() {
    static const auto model = load_model(test::golden_path("models/sg3t-64.pkl"));
    return model;
}

/// All rows of w as one vector; they must be equal without mixing or cutoff.
at::Tensor row(const LatentState& latent) {
    const auto ws = latent_ws(loaded(), latent)[0];
    EXPECT_EQ((ws - ws[0]).abs().max().item<float>(), 0);
    return ws[0];
}

} // namespace

TEST(LatentWalk, IsTheOfficialVideosFrameByFrame) {
    const auto doc = test::golden_json("video.json");
    int frames = 0;
    for (const auto& c : doc["cases"]) {
        if (c["kind"] != "cubic" || c["wraps_used"] != 2 || c.contains("grid_dims")) continue;
        LatentState latent;
        latent.psi = c["psi"];
        latent.walk.seeds = c["seeds_in_order"].get<std::vector<std::uint32_t>>();
        for (const auto& f : c["frames"]) {
            latent.walk.position = f["t"];
            const auto golden = at::tensor(f["w"].get<std::vector<double>>());
            EXPECT_LE(test::relative_error(row(latent).to(at::kDouble), golden), 1e-5) << c["seeds"] << f["t"];
            ++frames;
        }
    }
    EXPECT_EQ(frames, 24 + 8 + 15 + 3);
}

TEST(LatentWalk, ReachLeadsFromTheSeedPlaneToTheWalk) {
    LatentState plane, walk;
    plane.x = walk.x = 7.5;
    walk.walk = {{1, 2, 3}, 0.6, 0};
    EXPECT_TRUE(at::equal(row(walk), row(plane))) << "reach 0 is the seed plane";
    walk.walk.reach = 1;
    const auto whole = row(walk);
    walk.x = -4;
    EXPECT_TRUE(at::equal(row(walk), whole)) << "reach 1 does not depend on the seed plane";
    walk.x = 7.5;
    walk.walk.reach = 0.25;
    EXPECT_LE(test::relative_error(row(walk), row(plane) * 0.75 + whole * 0.25), 1e-6);
}

TEST(LatentWalk, DistantSeedsOfALongWalkCountForNothing) {
    LatentState near, far;
    for (std::uint32_t seed = 0; seed < 60; ++seed) near.walk.seeds.push_back(seed);
    far.walk.seeds = near.walk.seeds;
    for (std::size_t k = 22; k < 48; ++k) far.walk.seeds[k] = 1000; // the walk is at 5.5, and closed
    near.walk.position = far.walk.position = 5.5;
    EXPECT_TRUE(at::equal(row(near), row(far)));
    far.walk.seeds[8] = 1000;
    EXPECT_GT(test::relative_error(row(far), row(near)), 1e-3);
}

TEST(LatentWalk, AtAKeyIsThatSeed) {
    LatentState seed, walk;
    seed.x = 9;
    seed.psi = walk.psi = 0.7;
    walk.walk = {{4, 9}, 1, 1};
    EXPECT_TRUE(at::equal(row(walk), row(seed)));
}

} // namespace unstuck::engine
