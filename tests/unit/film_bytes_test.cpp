// The layouts that films were first made with: their pictures stay as they are, byte for byte. (A caption too long for
// its cell, which was cut in the middle of a letter, is written smaller since: the 400 x 330 pixels below have one.)
#include "core/engine/film.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace unstuck::engine {

namespace {

Frame frame_of(int side, double phase, const char* layer) {
    Frame f;
    f.layer_name = layer;
    f.layer = {side, side, 3, {}};
    for (int i = 0; i < 3 * side * side; ++i)
        f.layer.pixels.push_back(static_cast<float>((i * 37 % 1009) / 504.0 - 1 + phase));
    f.image = f.layer;
    f.channel_max_abs = {1, 0.5, 2};
    f.spectrum.width = f.spectrum.height = side;
    for (int i = 0; i < side * side; ++i) f.spectrum.plane_db.push_back(static_cast<float>(i * 53 % 131) - 75);
    f.spectrum.mean_db = -3;
    return f;
}

std::shared_ptr<const ModelInfo> model_of(const char* title, int resolution) {
    auto info = std::make_shared<ModelInfo>();
    info->title = title;
    info->resolution = resolution;
    return info;
}

/// FNV-1a of 64 bits.
std::uint64_t hash_of(const std::vector<std::uint8_t>& bytes) {
    std::uint64_t h = 0xcbf29ce484222325u;
    for (const auto b : bytes) h = (h ^ b) * 0x100000001b3u;
    return h;
}

std::uint64_t film_hash(const FilmSpec& spec, const Scene& scene) {
    const auto a = frame_of(16, 0, "output"), b = frame_of(20, 0.25, "L3");
    const std::array<std::shared_ptr<const ModelInfo>, 2> models = {model_of("one", 16), model_of("other", 20)};
    FilmMoment moment{scene, {}, 17, 100};
    moment.sides[0].info = models[0];
    moment.sides[0].frame = &a;
    moment.sides[1].info = models[1];
    moment.sides[1].frame = &b;
    return hash_of(compose(film_grid(spec, {16, 20}), moment));
}

} // namespace

TEST(FilmBytes, OfTheFirstLayoutsStayAsTheyAre) {
    Scene toned;
    toned.layer.normalize = true;
    toned.spectrum.relative = true;
    struct Case {
        FilmLayout layout;
        int width, height;
        bool captions;
        std::uint64_t plain, toned;
    };
    for (const auto& c : {
             Case{FilmLayout::a, 0, 0, false, 0xab46dcb0f5b50925u, 0x1da55563412e3725u},
             Case{FilmLayout::b, 0, 0, true, 0x23700336b9aac3a5u, 0x3818d97a3aa9a96cu},
             Case{FilmLayout::side_by_side, 0, 0, false, 0xbeed81ee2f6b790au, 0xc7e75e3b43606ac3u},
             Case{FilmLayout::side_by_side, 0, 0, true, 0xfecb17b88cebcd42u, 0x7712fb20157ba86bu},
             Case{FilmLayout::side_by_side, 301, 133, true, 0x3f0ba00dd76a7a31u, 0x1b4f6225e28222dcu},
             Case{FilmLayout::spectra, 0, 0, true, 0x1fdf822271f248dcu, 0x8a22e9bd6c0a49acu},
             Case{FilmLayout::spectra, 400, 330, true, 0xd131c3f97d7e047fu, 0x1600b9f19975410eu},
             Case{FilmLayout::spectra, 99, 98, false, 0xe55e210591b83392u, 0x37ef380f4b679db5u},
         }) {
        FilmSpec spec;
        spec.layout = c.layout;
        spec.width = c.width;
        spec.height = c.height;
        spec.captions = c.captions;
        EXPECT_EQ(film_hash(spec, {}), c.plain) << film_layout_name(c.layout) << " " << c.width;
        EXPECT_EQ(film_hash(spec, toned), c.toned) << film_layout_name(c.layout) << " " << c.width;
    }
}

} // namespace unstuck::engine
