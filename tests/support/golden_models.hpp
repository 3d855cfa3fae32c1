#pragma once
#include "core/io/checkpoint.hpp"
#include "core/model/generator.hpp"
#include "tests/support/golden.hpp"

#include <ATen/ATen.h>
#include <algorithm>

namespace unstuck::test {

using nlohmann::json;

/// Tolerances of the golden set's README, relative to the largest magnitude.
struct Model {
    const char* name;
    double accept_image, accept_activation;
};
inline constexpr double kAcceptW = 3e-6; // 4 times the worst float32-float64 difference of any w, 6.8e-7

inline constexpr Model kModels[] = {
    {"sg2-16-nonoise", 1e-6, 2e-6}, {"sg2-16-orig", 3e-6, 2e-6},  {"sg2-32-cond", 2e-6, 3e-6},
    {"sg2-32-resnet", 5e-6, 3e-6},  {"sg2-64-skip", 3e-6, 3e-6},  {"sg3r-32-gray", 4e-6, 4e-6},
    {"sg3r-64", 7e-6, 6e-6},        {"sg3t-32-cond", 7e-6, 5e-6}, {"sg3t-64-fp16", 2e-5, 8e-6},
    {"sg3t-64", 1e-5, 6e-6},
};

/// What a golden case feeds the network.
inline model::SynthesisInput input_for(const json& c, const GoldenTensors& v, at::ScalarType dtype) {
    model::SynthesisInput input;
    input.ws = v.get(c["w"]).to(dtype);
    if (const auto transform = c.value("transform", json()); transform.is_string()) {
        const auto m = v.get("transform." + transform.get<std::string>()).to(at::kDouble).contiguous();
        std::copy_n(m.data_ptr<double>(), 9, input.inverse_transform.begin());
    }
    const auto args = c.value("args", json::object());
    if (args.value("noise_mode", "const") == "none") input.noise = model::NoiseMode::none;
    return input;
}

/// One golden model with its vectors.
class GoldenModels : public ::testing::TestWithParam<Model> {
  protected:
    json doc = golden_json(std::string("models/") + GetParam().name + ".json");
    GoldenTensors vectors{std::string("models/") + GetParam().name + ".vectors.safetensors"};
    std::string pickle = std::string(GetParam().name) + ".pkl";
};

inline std::string test_name(const ::testing::TestParamInfo<Model>& info) {
    std::string name = info.param.name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

} // namespace unstuck::test
