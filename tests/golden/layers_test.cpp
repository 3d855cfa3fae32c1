#include "core/model/config.hpp"
#include "tests/support/golden.hpp"

namespace unstuck::test {

namespace {

/// layers.json leaves out what has no default in the constructors (z_dim, c_dim).
nlohmann::json completed(nlohmann::json kwargs) {
    for (const auto* name : {"z_dim", "w_dim"})
        if (!kwargs.contains(name)) kwargs[name] = 512;
    if (!kwargs.contains("c_dim")) kwargs["c_dim"] = 0;
    if (!kwargs.contains("img_channels")) kwargs["img_channels"] = 3;
    return kwargs;
}

void expect_layer(const model::LayerPlan& ours, const nlohmann::json& l) {
    EXPECT_EQ(ours.name, l["name"]);
    EXPECT_EQ(ours.is_torgb, l["is_torgb"]);
    EXPECT_EQ(ours.is_critically_sampled, l["is_critically_sampled"]);
    EXPECT_EQ(ours.in_channels, l["in_channels"]);
    EXPECT_EQ(ours.out_channels, l["out_channels"]);
    EXPECT_EQ(ours.in_size, l["in_size"][0]);
    EXPECT_EQ(ours.out_size, l["out_size"][0]);
    EXPECT_EQ(ours.up_factor, l["up_factor"]);
    EXPECT_EQ(ours.down_factor, l["down_factor"]);
    EXPECT_EQ(ours.up_taps, l["up_taps"]);
    EXPECT_EQ(ours.down_taps, l["down_taps"]);
    EXPECT_EQ(ours.down_radial, l["down_radial"].get<bool>() && ours.down_taps > 1);
    EXPECT_EQ(ours.conv_kernel, l["conv_kernel"]);
    EXPECT_EQ(nlohmann::json({ours.padding_low, ours.padding_high, ours.padding_low, ours.padding_high}),
              l["padding_x0_x1_y0_y1"]);
    const auto near = [](double a, const nlohmann::json& b) {
        EXPECT_NEAR(a, b.get<double>(), 1e-12 * std::abs(b.get<double>()));
    };
    near(ours.in_sampling_rate, l["in_sampling_rate"]);
    near(ours.out_sampling_rate, l["out_sampling_rate"]);
    near(ours.tmp_sampling_rate, l["tmp_sampling_rate"]);
    near(ours.in_cutoff, l["in_cutoff"]);
    near(ours.out_cutoff, l["out_cutoff"]);
    near(ours.in_half_width, l["in_half_width"]);
    near(ours.out_half_width, l["out_half_width"]);
}

} // namespace

TEST(GoldenLayers, EveryAliasFreePlanMatches) {
    const auto networks = golden_json("layers.json")["stylegan3"];
    ASSERT_EQ(networks.size(), 14u);
    for (const auto& [name, net] : networks.items()) {
        SCOPED_TRACE(name);
        const auto config = model::parse_config("stylegan3", completed(net["init_kwargs"]));
        EXPECT_EQ(config.num_ws(), net["num_ws"]);
        const auto plan = model::plan_alias_free(config);
        EXPECT_EQ(plan.input.size, net["input"]["size"][0]);
        EXPECT_EQ(plan.input.channels, net["input"]["channels"]);
        EXPECT_NEAR(plan.input.sampling_rate, net["input"]["sampling_rate"].get<double>(), 1e-12);
        EXPECT_NEAR(plan.input.bandwidth, net["input"]["bandwidth"].get<double>(), 1e-12);
        ASSERT_EQ(plan.layers.size(), net["layers"].size());
        for (std::size_t i = 0; i < plan.layers.size(); ++i) expect_layer(plan.layers[i], net["layers"][i]);
    }
}

TEST(GoldenLayers, StyleGan2RowCountsMatch) {
    const auto doc = golden_json("layers.json");
    for (const auto& [name, net] : doc["stylegan2"].items())
        EXPECT_EQ(model::parse_config("stylegan2", completed(net["init_kwargs"])).num_ws(), net["num_ws"]) << name;
}

TEST(Config, NamesTheArgumentAtFault) {
    const auto message = [](const char* family, const nlohmann::json& kwargs) {
        try {
            model::parse_config(family, kwargs);
        } catch (const std::invalid_argument& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    auto kwargs = completed({{"img_resolution", 64}});
    EXPECT_EQ(message("stylegan3", kwargs), "");
    EXPECT_NE(message("stylegan4", kwargs).find("stylegan4"), std::string::npos);
    auto broken = kwargs;
    broken["img_channels"] = 5;
    EXPECT_NE(message("stylegan3", broken).find("img_channels"), std::string::npos);
    broken = kwargs;
    broken["num_layers"] = "many";
    EXPECT_NE(message("stylegan3", broken).find("num_layers"), std::string::npos);
    broken = kwargs;
    broken["img_resolution"] = 96;
    EXPECT_NE(message("stylegan2", broken).find("96"), std::string::npos);
    broken = kwargs;
    broken["channel_base"] = 1;
    EXPECT_NE(message("stylegan3", broken).find("layer L"), std::string::npos);
    EXPECT_NE(message("stylegan2", broken).find("channel_base"), std::string::npos);
    broken = kwargs;
    broken["num_layers"] = 2; // as many as the default num_critical
    EXPECT_NE(message("stylegan3", broken).find("num_critical"), std::string::npos);
    broken = kwargs;
    broken["activation"] = "mish";
    EXPECT_NE(message("stylegan2", broken).find("mish"), std::string::npos);
    broken = kwargs;
    broken.update({{"img_resolution", 8192},
                   {"num_layers", 2},
                   {"num_critical", 1},
                   {"first_cutoff", .001},
                   {"first_stopband", .001},
                   {"lrelu_upsampling", 16},
                   {"filter_size", 64}});
    EXPECT_NE(message("stylegan3", broken).find("impossible"), std::string::npos);
    broken = kwargs;
    broken["z_dim"] = std::vector<int>(1000, 1);
    EXPECT_LT(message("stylegan3", broken).size(), 200u);
}

TEST(Config, RoundTripsThroughItsKwargs) {
    for (const auto* family : {"stylegan3", "stylegan2"}) {
        const auto config =
            model::parse_config(family, completed({{"img_resolution", 64}, {"conv_clamp", nullptr}, {"c_dim", 7}}));
        const auto kwargs = model::config_kwargs(config);
        EXPECT_EQ(model::config_kwargs(model::parse_config(family, kwargs)), kwargs);
        EXPECT_FALSE(config.conv_clamp.has_value());
    }
}

} // namespace unstuck::test
