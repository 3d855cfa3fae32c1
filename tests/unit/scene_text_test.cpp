#include "core/engine/scene_text.hpp"

#include "core/io/crc32.hpp"
#include "core/io/deflate.hpp"
#include "tests/support/random_scene.hpp"

#include <gtest/gtest.h>

namespace unstuck::engine {

namespace {

std::string refusal(const std::string& text) {
    try {
        scene_from_text(text);
        return "taken";
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
}

} // namespace

TEST(Crc32, IsThatOfTheStandard) { EXPECT_EQ(io::crc32("123456789"), 0xcbf43926u); }

TEST(Deflate, RoundTripsAndIsBounded) {
    const std::string many(100'000, 'x');
    const auto stream = io::deflated(many);
    EXPECT_LT(stream.size(), 2000u);
    EXPECT_EQ(io::inflated(stream, many.size()), many);
    EXPECT_EQ(io::inflated(stream, many.size() - 1), std::nullopt) << "no more than was allowed";
    EXPECT_EQ(io::inflated(stream.substr(0, stream.size() / 2), many.size()), std::nullopt);
    EXPECT_EQ(io::inflated("no stream", 100), std::nullopt);
}

TEST(SceneText, RoundTripsEveryField) {
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        const auto scene = test::random_scene(seed);
        const auto text = scene_to_text(scene);
        ASSERT_EQ(scene_from_text(text), scene) << to_json(scene).dump();
        ASSERT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:"),
                  text.npos);
    }
}

TEST(SceneText, FitsIntoALineOfAChat) {
    EXPECT_LT(scene_to_text(Scene{}).size(), 40u);
    Scene s;
    s.latent.x = 7;
    s.latent.psi = 0.7;
    s.transform.untransform = true;
    s.transform.x = 0.123456789012345;
    s.layer.name[1] = "L3_52_512";
    EXPECT_LT(scene_to_text(s).size(), 220u);
}

TEST(SceneText, PassesOverLineBreaks) {
    auto text = scene_to_text(test::random_scene(5));
    const auto scene = scene_from_text(text);
    for (std::size_t at = 20; at < text.size(); at += 40) text.insert(at, "\r\n ");
    EXPECT_EQ(scene_from_text("\n  " + text + "\n"), scene);
}

TEST(SceneText, EveryDamageIsFound) {
    const auto text = scene_to_text(test::random_scene(3));
    for (std::size_t i = kSceneTextPrefix.size(); i < text.size(); ++i) {
        auto damaged = text;
        damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
        // The last letter may have bits that count for nothing.
        if (i + 1 < text.size()) EXPECT_NE(refusal(damaged), "taken") << i;
        EXPECT_NE(refusal(text.substr(0, i)), "taken") << i;
    }
    EXPECT_NE(refusal(text.substr(0, text.size() - 9)).find("cut short or changed"), std::string::npos);
}

TEST(SceneText, SaysWhatIsWrong) {
    EXPECT_NE(refusal("hello").find("begin with unstuck1:"), std::string::npos);
    EXPECT_NE(refusal("").find("begin with unstuck1:"), std::string::npos);
    EXPECT_NE(refusal("unstuck2:abc").find("begin with unstuck1:"), std::string::npos);
    EXPECT_NE(refusal("unstuck1:ab$c").find("'$' does not belong"), std::string::npos);
    EXPECT_NE(refusal("unstuck1:").find("cut short"), std::string::npos);
    EXPECT_NE(refusal("unstuck1:" + std::string(2 << 20, 'A')).find("1 MiB"), std::string::npos);
}

} // namespace unstuck::engine
