#include "core/engine/scene_fields.hpp"

#include "core/model/edits_json.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace unstuck::engine {

using nlohmann::json;
using Kind = SceneField::Kind;

namespace {

constexpr std::array kNotKeyed = {"/model_a", "/model_b", "/playing", "/time"};

bool keyed_by_motions(const std::string& path) {
    return std::find(kNotKeyed.begin(), kNotKeyed.end(), path) == kNotKeyed.end();
}

const char* edits_path(Side side) { return side == Side::a ? "/edits_a" : "/edits_b"; }
bool within_edits(const std::string& path) { return path.starts_with("/edits_"); }

model::FilterEdit all_of(const model::FilterDesign& f) {
    return {f.family, f.cutoff, f.half_width, f.taps, f.window, model::beta_of(f), f.radial};
}

/// Every field set, to what the model has.
model::LayerEdit all_of(const model::LayerSampling& s) {
    constexpr double kWideOpen = 256; // a network without a clamp: the published one
    return {all_of(s.up), all_of(s.down), all_of(s.resample), s.oversampling, s.slope, s.clamp.value_or(kWideOpen),
            s.noise,      s.zero_margin,  s.critical,         s.moved_pixels};
}

std::vector<std::string> names(auto name_of, int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) out.emplace_back(name_of(i));
    return out;
}

/// Kind and range of an edit, by its name and its value in JSON.
SceneField edit_field(const std::string& path, const json& stock) {
    SceneField field{path};
    field.stock = key_value_from_json(stock, path);
    const auto name = path.substr(path.rfind('/') + 1);
    if (name == "family") {
        field.kind = Kind::choice;
        field.choices = names([](int i) { return model::family_name(static_cast<model::FilterFamily>(i)); }, 5);
    } else if (name == "window") {
        field.kind = Kind::choice;
        field.choices = names([](int i) { return model::window_name(static_cast<model::FilterWindow>(i)); }, 5);
    } else if (stock.is_boolean()) {
        field.kind = Kind::toggle;
    } else if (name == "taps" || name == "oversampling") {
        field.kind = Kind::integer;
        field.low = 1;
        field.high = name == "taps" ? 255 : 8;
    } else {
        field.low = 0;
        field.high = name == "slope" ? 1 : 1e6;
    }
    return field;
}

/// Calls `f(path, value)` for everything in the tree that is no object and no list of objects, and for empty objects.
template <class F>
void each_leaf(const json& tree, const std::string& path, const F& f) {
    const bool has_fields = tree.is_object() || (tree.is_array() && !tree.empty() && tree[0].is_object());
    if (!has_fields || tree.empty()) {
        f(path, tree);
        return;
    }
    for (const auto& [name, value] : tree.items()) each_leaf(value, path + "/" + name, f);
}

/// Takes out the edit and what becomes empty by that.
void erase_edit(json& scene, const json::json_pointer& at) {
    if (!scene.contains(at)) return;
    scene[at.parent_pointer()].erase(at.back());
}

} // namespace

std::vector<SceneField> edit_fields(Side side, const std::vector<model::LayerSampling>& layers) {
    model::Edits stock;
    for (const auto& layer : layers) stock.set(layer.name, model::applicable(all_of(layer), layer));
    const auto tree = model::to_json(stock);
    std::vector<SceneField> out;
    for (const auto& layer : layers) // in the network's order
        if (const auto found = tree.find(layer.name); found != tree.end())
            each_leaf(*found, std::string(edits_path(side)) + "/" + layer.name,
                      [&](const std::string& path, const json& value) { out.push_back(edit_field(path, value)); });
    return out;
}

std::string field_title(const std::string& path) {
    std::string out;
    std::size_t depth = 0;
    for (std::size_t at = 1; at <= path.size(); ++depth) {
        const auto end = std::min(path.find('/', at), path.size());
        auto word = path.substr(at, end - at);
        at = end + 1;
        const bool of_side = depth == 0 && (word == "edits_a" || word == "edits_b");
        const bool layer_name = depth == 1 && within_edits(path);
        if (of_side)
            word = std::string(word == "edits_a" ? "A" : "B") + (at > path.size() ? " edits" : "");
        else if (path == "/layer/a" || path == "/layer/b")
            word = depth == 0 ? word : word == "a" ? "A" : "B";
        else if (!layer_name)
            std::replace(word.begin(), word.end(), '_', ' ');
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

std::optional<KeyValue> field_value(const Scene& scene, const std::string& path) {
    const auto tree = to_json(scene);
    try {
        const json::json_pointer at(path);
        if (!tree.contains(at)) return std::nullopt;
        return key_value_from_json(tree[at], path);
    } catch (const json::exception&) {
        return std::nullopt; // no pointer at all
    }
}

Scene with_fields_of(const Scene& scene, const Scene& from, const std::vector<std::string>& paths) {
    auto out = to_json(scene);
    const auto source = to_json(from);
    for (const auto& path : paths) {
        json::json_pointer at;
        try {
            at = json::json_pointer(path);
        } catch (const json::exception&) {
            continue; // names no field
        }
        if (source.contains(at))
            out[at] = source[at];
        else if (within_edits(path))
            erase_edit(out, at);
    }
    return scene_from_json(out);
}

std::vector<std::string> changed_fields(const Scene& before, const Scene& after) {
    if (before == after) return {};
    const auto a = to_json(before), b = to_json(after);
    std::vector<std::string> out;
    const auto differs = [&](const std::string& path, const json& value) {
        const json::json_pointer at(path);
        if (!keyed_by_motions(path) || value.is_object()) return; // nothing edited
        // What only one of them has, such as another direction, cannot be keyed; edits can.
        const bool there = a.contains(at);
        if (path.ends_with("/directions")) return;
        if (there ? a[at] != value : within_edits(path)) out.push_back(path);
    };
    each_leaf(b, "", differs);
    const auto gone = [&](const std::string& path, const json& value) { // edits taken back
        if (within_edits(path) && !value.is_object() && !b.contains(json::json_pointer(path)))
            out.push_back(path.substr(0, 8)); // only the side's edits as a whole can say so
    };
    each_leaf(a, "", gone);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

} // namespace unstuck::engine
