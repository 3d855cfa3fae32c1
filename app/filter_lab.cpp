#include "app/filter_lab.hpp"

#include <algorithm>

namespace unstuck::app {

using model::FilterFamily;

const model::FilterDesign& design(const model::LayerSampling& l, FilterSlot slot) {
    return slot == FilterSlot::up ? l.up : slot == FilterSlot::down ? l.down : l.resample;
}

const model::FilterEdit& filter_edit(const model::LayerEdit& e, FilterSlot slot) {
    return slot == FilterSlot::up ? e.up : slot == FilterSlot::down ? e.down : e.resample;
}

model::FilterEdit& filter_edit(model::LayerEdit& e, FilterSlot slot) {
    return slot == FilterSlot::up ? e.up : slot == FilterSlot::down ? e.down : e.resample;
}

const char* slot_name(FilterSlot slot) {
    return slot == FilterSlot::up ? "up" : slot == FilterSlot::down ? "down" : "resample";
}

const char* why_no_nonlinearity(const LabLayer& l) {
    return l.stock->has_nonlinearity ? nullptr : "This layer has no nonlinearity";
}

const char* why_no_noise(const LabLayer& l) {
    return l.stock->has_noise ? nullptr : "This layer takes no per-pixel noise";
}

const char* why_no_margin(const LabLayer& l) {
    return l.stock->has_margin ? nullptr : "This layer has no samples beyond the image's edge";
}

const char* why_no_critical(const LabLayer& l) {
    if (const auto* why = why_no_nonlinearity(l)) return why;
    return l.now.up.factor > 1 || l.now.down.factor > 1
               ? nullptr
               : "There is no filter here: m is 1 and the rate does not change";
}

const char* why_no_moved_pixels(const LabLayer& l) {
    return l.stock->is_fourier_input ? nullptr : "Only the Fourier features of an alias-free network's input are moved";
}

const char* why_no_filter(const LabLayer& l, FilterSlot slot) {
    if (slot == FilterSlot::resample)
        return l.stock->has_resample ? nullptr
                                     : "Only StyleGAN2's layers that raise the rate have a filter of their own";
    if (const auto* why = why_no_nonlinearity(l)) return why;
    return design(l.now, slot).factor > 1 ? nullptr : "Nothing to filter: the rate does not change here (raise m)";
}

const char* why_no_cutoff(const LabLayer& l, FilterSlot slot) {
    if (const auto* why = why_no_filter(l, slot)) return why;
    const auto f = design(l.now, slot).family;
    return f == FilterFamily::kaiser || f == FilterFamily::ideal ? nullptr : "This family fixes its response";
}

const char* why_no_design(const LabLayer& l, FilterSlot slot) {
    if (const auto* why = why_no_cutoff(l, slot)) return why;
    return design(l.now, slot).family == FilterFamily::kaiser ? nullptr : "An ideal filter has no transition band";
}

const char* why_no_beta(const LabLayer& l, FilterSlot slot) {
    if (const auto* why = why_no_design(l, slot)) return why;
    return design(l.now, slot).window == model::FilterWindow::kaiser ? nullptr : "Only the Kaiser window has a beta";
}

std::vector<LabLayer> layers_of(const FilterLabState& state, const engine::ModelInfo& model, const model::Edits& edits,
                                const std::string& looked_at) {
    const auto& all = model.sampling;
    const auto find = [&](const std::string& name, std::size_t otherwise) {
        for (std::size_t i = 0; i < all.size(); ++i)
            if (all[i].name == name) return i;
        return otherwise;
    };
    std::size_t first = 0, end = all.size();
    if (state.scope == LayerScope::looked_at) {
        first = find(looked_at, end);
        end = std::min(end, first + 1);
    } else if (state.scope == LayerScope::range) {
        const auto& range = state.range[index(state.side)];
        first = find(range[0], 0);
        const auto last = find(range[1], end - 1);
        std::tie(first, end) = std::pair(std::min(first, last), std::min(end, std::max(first, last) + 1));
    }
    std::vector<LabLayer> out;
    for (std::size_t i = first; i < end; ++i) {
        LabLayer l;
        l.stock = &all[i];
        if (const auto* e = edits.find(all[i].name)) l.edit = *e;
        auto as_edited = model::edited(all[i], l.edit);
        l.now = std::move(as_edited.sampling);
        l.notes = std::move(as_edited.notes);
        out.push_back(std::move(l));
    }
    return out;
}

std::string edited_count(const model::Edits& edits) {
    const auto n = edits.layers.size();
    return n == 0 ? "as in the model" : n == 1 ? "1 layer edited" : std::to_string(n) + " layers edited";
}

} // namespace unstuck::app
