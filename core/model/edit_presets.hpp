#pragma once
#include "core/model/layer_sampling.hpp"

#include <string>
#include <vector>

namespace unstuck::model {

/// A ready-made set of edits for a whole network.
struct EditPreset {
    std::string name, what; ///< For people: a title, one sentence on what it changes.
    Edits edits;
    std::string why_not; ///< Why this network cannot have it; empty when it can.
};

/// The model as it is; all filters separable, as in config T; radial down filters but for critically sampled layers, as
/// in config R; ideal filters, the upper limit.
std::vector<EditPreset> edit_presets(const std::vector<LayerSampling>& layers);

/// What the paper's ablation gives for a network that was trained with these measures only. FFHQ-U 256.
struct PublishedFigures {
    std::string configuration;
    double fid = 0, eqt_db = 0, eqr_db = 0;
};

/// One step down from alias-free: everything of the step before, and one more measure taken back.
struct LadderStep {
    std::string name, what;
    Edits edits;
    PublishedFigures published;
};

/// From a network as it is (the first step) to one with all measures taken back, in the reverse of the order in which
/// the paper added them. Empty for a StyleGAN2, which has none of them. Source: Karras et al. 2021, section 3 and
/// figure 3; spec: generators.md, section 6; test: tests/unit/edit_presets_test.cpp.
std::vector<LadderStep> aliasing_ladder(const std::vector<LayerSampling>& layers);

/// The ladder's per-pixel noise, as a standard deviation: a tenth of what a layer's normalised signal has.
constexpr double kLadderNoise = 0.1;

} // namespace unstuck::model
