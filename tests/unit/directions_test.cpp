#include "core/latent/directions.hpp"

#include "core/engine/latent_tools.hpp"
#include "core/engine/latent_ws.hpp"
#include "core/engine/motion.hpp"
#include "core/io/error.hpp"
#include "core/io/latent_file.hpp"
#include "core/latent/seed_w.hpp"
#include "tests/support/golden.hpp"

#include <ATen/Parallel.h>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace unstuck::engine {

namespace {

using Kind = LatentDirection::Kind;
namespace fs = std::filesystem;

const LoadedModel& loaded() {
    static const auto model = load_model("demo:alias-free-t");
    return model;
}
const model::Generator& generator() { return *loaded().generator; }

at::Tensor vectors(const latent::DirectionBasis& b) {
    return at::tensor(b.vectors).reshape({b.w_dim, b.w_dim}).to(at::kDouble);
}

double off_orthonormal(const latent::DirectionBasis& b) {
    const auto v = vectors(b);
    return (v.matmul(v.t()) - at::eye(b.w_dim, at::kDouble)).abs().max().item<double>();
}

LatentState with(const LatentDirection& d) {
    LatentState latent;
    latent.x = 3;
    latent.directions = {d};
    return latent;
}

double largest(const at::Tensor& t) { return t.abs().max().item<double>(); }

/// A file that is gone after the test.
class WFile {
  public:
    explicit WFile(const io::LatentFile& content) { io::write_latent_file(path, content); }
    ~WFile() { fs::remove(path); }
    std::string path = (fs::temp_directory_path() / ("unstuck-w-" + std::to_string(::getpid()) + ".npz")).string();
};

} // namespace

TEST(Directions, OfAKnownMatrixAreItsEigenvectors) {
    // [[2, 1], [1, 2]]: 3 along (1, 1), 1 along (1, -1).
    const auto b = latent::eigen_directions(at::tensor({2.0, 1.0, 1.0, 2.0}).reshape({2, 2}));
    const double r = std::sqrt(0.5);
    EXPECT_NEAR(b.size[0], std::sqrt(3.0), 1e-12);
    EXPECT_NEAR(b.size[1], 1, 1e-12);
    EXPECT_NEAR(b.share[0], 0.75, 1e-12);
    EXPECT_NEAR(b.vectors[0], r, 1e-6);
    EXPECT_NEAR(b.vectors[1], r, 1e-6);
    EXPECT_NEAR(std::abs(b.vectors[2]), r, 1e-6);
    EXPECT_NEAR(b.vectors[2] + b.vectors[3], 0, 1e-6);
    EXPECT_THROW(latent::eigen_directions(at::full({2, 2}, NAN, at::kDouble)), std::invalid_argument);
}

TEST(Directions, CovarianceOfChunksIsTheWholesOne) {
    // Pairs at 5 +- (3, 0) and 5 +- (0, 1): the sums of squares are 18 and 2, over n - 1 = 3.
    latent::Covariance c;
    EXPECT_FALSE(c.matrix().defined());
    c.add(at::tensor({8.f, 5.f, 5.f, 6.f, 2.f, 5.f}).reshape({3, 2}));
    c.add(at::tensor({5.f, 4.f}).reshape({1, 2}));
    const auto wanted = at::tensor({6.0, 0.0, 0.0, 2.0 / 3}).reshape({2, 2});
    EXPECT_LE(largest(c.matrix() - wanted), 1e-12);
}

TEST(Directions, PrincipalComponentsExplainTheVarianceOfW) {
    constexpr int kSeeds = 300;
    const auto b = latent::principal_components(generator(), kSeeds);
    EXPECT_LE(off_orthonormal(b), 1e-5);
    std::vector<at::Tensor> all;
    for (std::uint32_t seed = 0; seed < kSeeds; ++seed) all.push_back(latent::seed_w(generator(), seed, -1));
    const auto w = at::cat(all).to(at::kDouble);
    const auto spread = (w - w.mean(0)).matmul(vectors(b).t()).std(0, true);
    for (int i : {0, 1, 5}) {
        const auto at = static_cast<std::size_t>(i);
        EXPECT_NEAR(spread[i].item<double>(), b.size[at], 1e-4 * b.size[0]) << i;
        EXPECT_GE(b.size[at], b.size[at + 1]);
        const auto v = vectors(b)[i];
        EXPECT_EQ(v.max().item<double>(), v.abs().max().item<double>()) << "the largest element is positive";
    }
    double sum = 0;
    for (const double share : b.share) sum += share;
    EXPECT_NEAR(sum, 1, 1e-9);
}

TEST(Directions, AreTheSameOnAnyNumberOfThreads) {
    const int before = at::get_num_threads();
    at::set_num_threads(1);
    const auto one = latent::principal_components(generator(), 500);
    at::set_num_threads(2);
    const auto two = latent::principal_components(generator(), 500);
    EXPECT_EQ(at::get_num_threads(), 2);
    at::set_num_threads(before);
    EXPECT_EQ(one.vectors, two.vectors);
    EXPECT_EQ(one.size, two.size);
}

TEST(Directions, AffineOnesAreSingularVectorsOfTheirLayersWeights) {
    const int first = 2, last = 4;
    std::vector<at::Tensor> unit;
    for (const auto& [row, weight] : generator().synthesis().style_weights())
        if (row >= first && row <= last) {
            const auto a = weight.to(at::kDouble);
            unit.push_back(a / a.norm(2, {1}, true));
        }
    const auto a = at::cat(unit);
    const auto b = latent::affine_directions(generator(), first, last);
    EXPECT_LE(off_orthonormal(b), 1e-5);
    const auto [u, s, vt] = at::linalg_svd(a, false);
    for (int i : {0, 1, 2}) {
        EXPECT_NEAR(b.size[static_cast<std::size_t>(i)], s[i].item<double>(), 1e-6 * s[0].item<double>());
        EXPECT_NEAR(std::abs(vectors(b)[i].dot(vt[i]).item<double>()), 1, 1e-4) << i;
        EXPECT_NEAR(a.matmul(vectors(b)[i]).norm().item<double>(), b.size[static_cast<std::size_t>(i)], 1e-4);
    }
    EXPECT_NE(latent::affine_directions(generator(), 5, 6).vectors, b.vectors);
}

TEST(Directions, MoveTheirRowsAndNoOthers) {
    const auto still = latent_ws(loaded(), with({}));
    const auto pca = loaded().bases->principal(generator());
    const auto moved = latent_ws(loaded(), with({Kind::pca, 1, 2, 4, -1.5, ""})) - still;
    const auto step = (vectors(*pca)[1] * (-1.5 * pca->size[1])).to(at::kFloat);
    for (int row = 0; row < generator().config().num_ws(); ++row)
        if (row < 2 || row > 4)
            EXPECT_EQ(largest(moved[0][row]), 0) << row;
        else
            EXPECT_LE(largest(moved[0][row] - step), 1e-5) << row;
    const auto affine = latent_ws(loaded(), with({Kind::affine, 0, 3, 3, 2, ""})) - still;
    EXPECT_NEAR(affine[0][3].norm().item<double>(), 2, 1e-4) << "units of w";
    EXPECT_EQ(largest(affine[0][2]), 0);
}

TEST(Directions, ComeAfterTruncationAndMayLieBeyondTheRows) {
    auto near = with({Kind::affine, 0, 0, -1, 3, ""});
    near.psi = 0;
    const auto ws = latent_ws(loaded(), near)[0];
    EXPECT_NEAR((ws[0] - generator().w_avg()).norm().item<double>(), 3, 1e-4);
    auto beyond = with({Kind::affine, 0, 500, -1, 3, ""});
    EXPECT_TRUE(at::equal(latent_ws(loaded(), beyond), latent_ws(loaded(), with({}))));
    EXPECT_THROW(latent_ws(loaded(), with({Kind::pca, 90000, 0, -1, 1, ""})), std::invalid_argument);
}

TEST(Directions, AreLeftOutWhereNobodyWaitsForThem) {
    const auto fresh = load_model("demo:stylegan2");
    const auto latent = with({Kind::pca, 0, 0, -1, 2, ""});
    const auto without = latent_rows(fresh, latent, false);
    EXPECT_TRUE(without.lacks_directions);
    EXPECT_TRUE(at::equal(without.ws, latent_ws(fresh, with({}))));
    EXPECT_FALSE(known_principal_components(&fresh));
    EXPECT_FALSE(latent_rows(fresh, latent).lacks_directions);
    EXPECT_TRUE(known_principal_components(&fresh));
    EXPECT_FALSE(latent_rows(fresh, latent, false).lacks_directions);
}

TEST(Directions, CanBeKeyed) {
    Scene start;
    start.latent = with({Kind::pca, 0, 0, -1, 0, ""});
    Motion motion;
    motion.frames = 10;
    motion.tracks = {{"/latent/directions/0/amount", {{0, -2.0, Ease::linear}, {10, 2.0, Ease::linear}}}};
    EXPECT_NEAR(scene_at(start, motion, 5).latent.directions[0].amount, 0, 1e-12);
    EXPECT_NEAR(scene_at(start, motion, 1).latent.directions[0].amount, -1.6, 1e-12);
}

TEST(Mixing, TakesRowsOfAWholePoint) {
    LatentState mixed, source = with({Kind::affine, 1, 0, -1, 4, ""});
    source.psi = 0.5;
    mixed.mix = true;
    mixed.mix_from = MixFrom::point;
    mixed.mix_point = source;
    mixed.mix_rows = 0b101;
    const auto ws = latent_ws(loaded(), mixed)[0], own = latent_ws(loaded(), {})[0],
               theirs = latent_ws(loaded(), source)[0];
    EXPECT_TRUE(at::equal(ws[0], theirs[0]));
    EXPECT_TRUE(at::equal(ws[1], own[1]));
    EXPECT_TRUE(at::equal(ws[2], theirs[2]));
    mixed.mix_amount = 0.25;
    EXPECT_LE(largest(latent_ws(loaded(), mixed)[0][2] - (own[2] * 0.75 + theirs[2] * 0.25)), 1e-5);
    mixed.mix_amount = 0;
    EXPECT_TRUE(at::equal(latent_ws(loaded(), mixed)[0], own));
}

TEST(WFile, TakesTheSeedPlanesPlaceUntruncated) {
    const auto saved = latent_ws(loaded(), with({}));
    const auto flat = saved.contiguous();
    const WFile file(
        {1, saved.size(1), saved.size(2), {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()}});
    LatentState latent;
    latent.w = {file.path, ""};
    latent.psi = 0.3;
    EXPECT_TRUE(at::equal(latent_ws(loaded(), latent_of(latent, Side::a)), saved));
    EXPECT_FALSE(at::equal(latent_ws(loaded(), latent_of(latent, Side::b)), saved)) << "the other side has none";
    latent.walk = {{4, 9}, 1, 0.5};
    LatentState walk;
    walk.psi = 0.3;
    walk.walk = {{4, 9}, 1, 1};
    const auto half = latent_ws(loaded(), latent), end = latent_ws(loaded(), walk);
    EXPECT_LE(largest(half - (saved * 0.5 + end * 0.5)), 1e-5);
}

TEST(WFile, OfOneRowIsForAllLayersAndOfAWrongSizeForNone) {
    const auto dim = generator().config().w_dim;
    std::vector<float> row(static_cast<std::size_t>(dim), 0.25f);
    LatentState latent;
    {
        const WFile file({1, 1, dim, row});
        latent.w.fill(file.path);
        const auto ws = latent_ws(loaded(), latent);
        EXPECT_EQ(ws.sizes(), at::IntArrayRef({1, generator().config().num_ws(), dim}));
        EXPECT_TRUE(at::equal(ws, at::full_like(ws, 0.25f)));
    }
    row.pop_back();
    const WFile file({1, 1, dim - 1, row});
    FrameRenderer renderer(loaded());
    FrameRequest request;
    request.latent = latent;
    const auto bad = renderer.render(request);
    EXPECT_EQ(bad->error, file.path + ": w: has " + std::to_string(dim - 1) + " numbers per row, this model takes " +
                              std::to_string(dim));
    request.latent.w = {};
    EXPECT_EQ(renderer.render(request)->error, "") << "and goes on";
}

TEST(WFile, IsReadAnewWhenItChanged) {
    const auto dim = generator().config().w_dim;
    FrameRenderer renderer(loaded());
    FrameRequest request;
    const auto picture = [&](float value, int rows) {
        const WFile file({1, rows, dim, std::vector<float>(static_cast<std::size_t>(rows * dim), value)});
        request.latent.w.fill(file.path);
        return renderer.render(request)->image.pixels;
    };
    const auto first = picture(0.5f, 1), second = picture(-0.5f, generator().config().num_ws());
    EXPECT_NE(first, second) << "same name, another size";
    EXPECT_EQ(picture(0.5f, 1), first);
}

TEST(WFile, SavedAndLoadedGivesTheSamePicture) {
    FrameRenderer renderer(loaded());
    FrameRequest request;
    request.latent = with({Kind::affine, 2, 1, 5, 3, ""});
    request.latent.psi = 0.6;
    const auto picture = renderer.render(request)->image.pixels;
    const WFile file({1, 1, 1, {0}});
    save_w(loaded(), request.latent, file.path);
    request.latent = {};
    EXPECT_NE(renderer.render(request)->image.pixels, picture);
    request.latent.w.fill(file.path);
    EXPECT_EQ(renderer.render(request)->image.pixels, picture);
}

TEST(WFile, IsUnpackedOnceForAllOfItsW) {
    const WFile file({2, 1, 3, {1, 2, 3, 4, 5, 6}});
    WFiles files;
    const auto* first = &files.of(file.path);
    EXPECT_EQ(first->w(0).w, (std::vector<float>{1, 2, 3}));
    const auto time = std::filesystem::last_write_time(file.path);
    { // other bytes that claim to be the same version: what was read before stays
        std::fstream(file.path, std::ios::in | std::ios::out | std::ios::binary) << "broken";
    }
    std::filesystem::last_write_time(file.path, time);
    EXPECT_EQ(files.of(file.path).w(1).w, (std::vector<float>{4, 5, 6}));
    std::filesystem::last_write_time(file.path, time + std::chrono::seconds(1));
    EXPECT_THROW(files.of(file.path), io::FileError);
}

TEST(WFile, OfSeveralTellsHowManyAndEachSideHasItsNumber) {
    const auto dim = generator().config().w_dim;
    std::vector<float> rows(static_cast<std::size_t>(3 * dim));
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<float>(i / static_cast<std::size_t>(dim));
    const WFile file({3, 1, dim, rows});
    LatentState latent;
    latent.w.fill(file.path);
    latent.w_index = {2, 1};
    EXPECT_EQ(latent_ws(loaded(), latent_of(latent, Side::a)).mean().item<double>(), 2);
    EXPECT_EQ(latent_ws(loaded(), latent_of(latent, Side::b)).mean().item<double>(), 1);
    FrameRenderer renderer(loaded());
    FrameRequest request;
    request.latent = latent;
    EXPECT_EQ(renderer.render(request)->w_count, 3);
    request.latent.w = {};
    EXPECT_EQ(renderer.render(request)->w_count, 0);
}

TEST(Directions, BasesOfTheLastRangesStay) {
    latent::DirectionBases bases;
    const auto first = bases.affine(generator(), 0, 0);
    EXPECT_EQ(bases.affine(generator(), 0, 0), first);
    for (int i = 0; i < static_cast<int>(latent::DirectionBases::kKept); ++i) bases.affine(generator(), 100, 101 + i);
    const auto again = bases.affine(generator(), 0, 0);
    EXPECT_NE(again, first) << "computed anew";
    EXPECT_EQ(again->vectors, first->vectors);
}

} // namespace unstuck::engine
