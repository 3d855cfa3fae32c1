// Scenes with every field at random, for properties that hold for all of them.
#pragma once
#include "core/engine/scene.hpp"

#include <nlohmann/json.hpp>
#include <random>

namespace unstuck::test {

/// Changes about half of the numbers, switches and texts of a scene, whatever fields there are, and adds a walk and
/// edits.
inline engine::Scene random_scene(std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto coin = [&] { return random() % 2 == 0; };
    auto j = engine::to_json(engine::Scene{});
    const auto visit = [&](const auto& self, nlohmann::json& value) -> void {
        for (auto& [name, field] : value.items()) {
            if (field.is_object())
                self(self, field);
            else if (!coin())
                continue;
            else if (field.is_boolean())
                field = !field.template get<bool>();
            else if (field.is_number_float())
                field = field.template get<double>() + std::uniform_real_distribution<double>(-1, 1)(random);
            else if (field.is_number())
                field = random() % 3;
        }
    };
    visit(visit, j);
    if (coin()) j["latent"]["mix_rows"] = std::uint64_t{random()} << 32 | random();
    if (coin())
        for (unsigned i = random() % 50; i > 0; --i) j["latent"]["walk"]["seeds"].push_back(std::uint32_t(random()));
    if (coin()) j["model_a"] = "folder/a \"quoted\" 'name' \xf0\x9f\x90\xa8.pkl";
    if (coin()) j["model_b"] = "";
    if (coin()) j["edits_a"]["b8.conv0"]["resample"]["family"] = "nearest";
    if (coin())
        j["edits_b"]["L3_52_512"] = {{"up", {{"family", "bilinear"}, {"taps", 4 + random() % 9}, {"cutoff", 3.25}}},
                                     {"noise", 0.25},
                                     {"critical", true}};
    if (coin()) j["view"]["layout"] = "wipe";
    return engine::scene_from_json(j); // within its ranges
}

} // namespace unstuck::test
