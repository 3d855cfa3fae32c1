#include "core/model/edit_presets.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace unstuck::model {

namespace {

/// Layers of the published kind: an input, two that raise the rate or keep it, a critically sampled one, ToRGB.
std::vector<LayerSampling> alias_free(bool radial) {
    const auto layer = [&](const char* name, double in, double out, double cutoff, bool is_radial) {
        LayerSampling l;
        l.name = name;
        l.has_nonlinearity = l.has_noise = l.has_margin = true;
        l.in_rate = in;
        l.out_rate = out;
        l.oversampling = 2;
        l.up.taps = l.up.factor = l.down.factor = 2;
        l.up.taps = l.down.taps = 12;
        l.down.cutoff = cutoff;
        l.down.radial = is_radial;
        return l;
    };
    LayerSampling input;
    input.name = "input";
    input.is_fourier_input = true;
    LayerSampling rgb;
    rgb.name = "L3_64_3";
    return {input, layer("L0_36_16", 16, 16, 4, radial), layer("L1_52_16", 16, 32, 8, radial),
            layer("L2_64_16", 32, 32, 16, false), rgb};
}

/// A network of the published kind as its plan says.
std::vector<LayerSampling> planned(bool radial) {
    GeneratorConfig config;
    config.img_resolution = 256;
    config.use_radial_filters = radial;
    LayerSampling input;
    input.name = "input";
    input.is_fourier_input = true;
    std::vector<LayerSampling> out{input};
    for (const auto& plan : plan_alias_free(config).layers) out.push_back(sampling_of(plan, config));
    return out;
}

LayerSampling with(const LayerSampling& stock, const Edits& edits) {
    const auto* edit = edits.find(stock.name);
    return edit ? edited(stock, *edit).sampling : stock;
}

std::vector<LayerSampling> stylegan2() {
    LayerSampling conv;
    conv.name = "b8.conv0";
    conv.has_nonlinearity = conv.has_resample = conv.has_noise = true;
    return {conv};
}

const EditPreset& preset(const std::vector<EditPreset>& all, const std::string& name) {
    return *std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.name == name; });
}

std::set<std::string> edited_layers(const Edits& edits) {
    std::set<std::string> out;
    for (const auto& [name, edit] : edits.layers) out.insert(name);
    return out;
}

} // namespace

TEST(EditPresets, OfANetworkThatIsLikeThatAlreadyChangeNothing) {
    EXPECT_TRUE(preset(edit_presets(alias_free(true)), "R-like").edits.empty());
    EXPECT_TRUE(preset(edit_presets(alias_free(false)), "T-like").edits.empty());
    for (bool radial : {true, false}) EXPECT_TRUE(preset(edit_presets(alias_free(radial)), "Stock").edits.empty());
}

TEST(EditPresets, TurnTIntoRAndBackButForCriticalLayers) {
    const auto r = preset(edit_presets(alias_free(false)), "R-like").edits;
    EXPECT_EQ(edited_layers(r), (std::set<std::string>{"L0_36_16", "L1_52_16"}));
    EXPECT_EQ(r.find("L0_36_16")->down.radial, true);
    const auto t = preset(edit_presets(alias_free(true)), "T-like").edits;
    EXPECT_EQ(edited_layers(t), (std::set<std::string>{"L0_36_16", "L1_52_16"}));
    EXPECT_EQ(t.find("L0_36_16")->down.radial, false);
    EXPECT_TRUE(t.find("L0_36_16")->up.empty());
}

TEST(EditPresets, GiveAPlanOfTheOtherConfigsFilters) {
    const auto t = planned(false), r = planned(true);
    const auto like_r = preset(edit_presets(t), "R-like").edits, like_t = preset(edit_presets(r), "T-like").edits;
    for (std::size_t i = 0; i < t.size(); ++i) {
        EXPECT_EQ(with(t[i], like_r).down, r[i].down) << t[i].name;
        EXPECT_EQ(with(r[i], like_t).down, t[i].down) << t[i].name;
    }
}

TEST(EditPresets, SayWhyStyleGan2CannotHaveThem) {
    const auto all = edit_presets(stylegan2());
    EXPECT_FALSE(preset(all, "R-like").why_not.empty());
    EXPECT_TRUE(preset(all, "R-like").edits.empty());
    EXPECT_TRUE(preset(all, "Stock").why_not.empty());
    EXPECT_EQ(preset(all, "Ideal").edits.find("b8.conv0")->resample.family, FilterFamily::ideal);
    EXPECT_TRUE(aliasing_ladder(stylegan2()).empty());
}

TEST(AliasingLadder, StartsWithTheModelAsItIsAndTakesOneMeasureMoreAtEachStep) {
    const auto steps = aliasing_ladder(alias_free(false));
    ASSERT_EQ(steps.size(), 6u);
    EXPECT_TRUE(steps[0].edits.empty());
    const auto fields = [](const Edits& e) {
        std::set<std::string> out;
        for (const auto& [name, l] : e.layers) {
            if (l.moved_pixels) out.insert("moved");
            if (l.critical) out.insert("critical");
            if (l.oversampling) out.insert("m");
            if (l.up.family || l.down.family) out.insert("family");
            if (l.zero_margin) out.insert("margin");
            if (l.noise) out.insert("noise");
        }
        return out;
    };
    using Set = std::set<std::string>;
    EXPECT_EQ(fields(steps[1].edits), (Set{"moved"}));
    EXPECT_EQ(fields(steps[2].edits), (Set{"moved", "critical"}));
    EXPECT_EQ(fields(steps[3].edits), (Set{"moved", "critical", "m"}));
    EXPECT_EQ(fields(steps[4].edits), (Set{"moved", "critical", "m", "family", "margin"}));
    EXPECT_EQ(fields(steps[5].edits), (Set{"moved", "critical", "m", "family", "margin", "noise"}));
    for (std::size_t i = 1; i < steps.size(); ++i)
        for (const auto& name : edited_layers(steps[i - 1].edits)) EXPECT_NE(steps[i].edits.find(name), nullptr);
}

TEST(AliasingLadder, ChangesOnlyWhatALayerTakes) {
    const auto last = aliasing_ladder(alias_free(false)).back().edits;
    LayerEdit input;
    input.moved_pixels = true;
    EXPECT_EQ(*last.find("input"), input);
    EXPECT_EQ(last.find("L3_64_3"), nullptr);
    const auto* same_rate = last.find("L0_36_16");
    const auto* raised = last.find("L1_52_16");
    ASSERT_TRUE(same_rate && raised);
    EXPECT_TRUE(same_rate->up.empty() && same_rate->down.empty());
    EXPECT_EQ(raised->up.family, FilterFamily::bilinear);
    EXPECT_TRUE(raised->down.empty());
    EXPECT_EQ(raised->oversampling, 1);
    EXPECT_EQ(raised->noise, kLadderNoise);
}

TEST(AliasingLadder, TakesEachMeasureBackInEveryFilteredLayerOfAPlan) {
    const auto layers = planned(false);
    const auto steps = aliasing_ladder(layers);
    int raised = 0;
    for (const auto& l : layers) {
        if (!l.has_nonlinearity) continue;
        const auto critical = with(l, steps[2].edits);
        EXPECT_EQ(critical.up.cutoff, l.in_rate / 2) << l.name;
        EXPECT_EQ(critical.down.cutoff, l.out_rate / 2) << l.name;
        const auto pointwise = with(l, steps[3].edits);
        EXPECT_EQ(pointwise.oversampling, 1);
        EXPECT_EQ(pointwise.up.factor, l.out_rate / l.in_rate);
        EXPECT_EQ(pointwise.down.factor, 1);
        const auto simple = with(l, steps[4].edits);
        EXPECT_EQ(simple.zero_margin, l.has_margin);
        if (simple.up.factor > 1) {
            ++raised;
            EXPECT_EQ(simple.up.family, FilterFamily::bilinear);
        }
        EXPECT_EQ(with(l, steps[5].edits).noise, kLadderNoise);
    }
    EXPECT_GT(raised, 3);
    EXPECT_TRUE(with(layers[0], steps[1].edits).moved_pixels);
}

TEST(AliasingLadder, QuotesThePublishedAblationFromTDownwards) {
    const auto steps = aliasing_ladder(alias_free(false));
    const std::vector<std::array<double, 3>> published = {{4.62, 63.01, 13.12}, {4.78, 43.90, 10.84},
                                                          {6.35, 30.60, 10.81}, {6.02, 24.62, 10.97},
                                                          {5.21, 19.47, 10.41}, {4.79, 16.23, 10.81}};
    ASSERT_EQ(steps.size(), published.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& p = steps[i].published;
        EXPECT_EQ((std::array{p.fid, p.eqt_db, p.eqr_db}), published[i]) << steps[i].name;
        if (i > 0) EXPECT_LT(p.eqt_db, steps[i - 1].published.eqt_db);
    }
}

} // namespace unstuck::model
