#pragma once
#include "core/engine/frame.hpp"

#include <array>
#include <string>
#include <vector>

namespace unstuck::app {

/// Which filter of a layer: around the nonlinearity, or StyleGAN2's own.
enum class FilterSlot { up, down, resample };

/// Which layers an edit is written to.
enum class LayerScope { looked_at, range, all };

/// What the filter lab's user chose; the edits themselves are part of the scene.
struct FilterLabState {
    engine::Side side = engine::Side::b;
    LayerScope scope = LayerScope::all;
    std::array<std::array<std::string, 2>, 2> range; ///< Per side: first and last layer; unknown names: the ends.
    FilterSlot slot = FilterSlot::down;
};

/// A layer with its edit.
struct LabLayer {
    const model::LayerSampling* stock = nullptr;
    model::LayerEdit edit;
    model::LayerSampling now; ///< As edited.
    std::vector<std::string> notes;
};

const model::FilterDesign& design(const model::LayerSampling& layer, FilterSlot slot);
const model::FilterEdit& filter_edit(const model::LayerEdit& edit, FilterSlot slot);
model::FilterEdit& filter_edit(model::LayerEdit& edit, FilterSlot slot);
const char* slot_name(FilterSlot slot);

/// Rate on the filter's lower side: where its images lie.
inline double low_rate(const model::FilterDesign& d) { return d.rate / d.factor; }

// Why a layer does not take an edit: a sentence, or null when it does.
const char* why_no_nonlinearity(const LabLayer& layer);
const char* why_no_noise(const LabLayer& layer);
const char* why_no_margin(const LabLayer& layer);
const char* why_no_critical(const LabLayer& layer);
const char* why_no_moved_pixels(const LabLayer& layer);
const char* why_no_filter(const LabLayer& layer, FilterSlot slot);
const char* why_no_cutoff(const LabLayer& layer, FilterSlot slot);
const char* why_no_design(const LabLayer& layer, FilterSlot slot); ///< f_h, taps and window.
const char* why_no_beta(const LabLayer& layer, FilterSlot slot);

/// The layers of a scope in the network's order, with their edits as they are. `looked_at`: the layer shown.
std::vector<LabLayer> layers_of(const FilterLabState& state, const engine::ModelInfo& model, const model::Edits& edits,
                                const std::string& looked_at);

/// "one layer edited", "3 layers edited", "as in the model".
std::string edited_count(const model::Edits& edits);

} // namespace unstuck::app
