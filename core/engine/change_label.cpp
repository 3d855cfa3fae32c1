// What a step of undo is called.
#include "core/engine/history.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace unstuck::engine {

using nlohmann::json;

namespace {

/// Paths of the fields in which two objects differ; a list is one field.
void differences(const json& from, const json& to, const std::string& path, std::vector<std::string>& out) {
    if (from == to) return;
    if (!from.is_object() || !to.is_object()) {
        out.push_back(path);
        return;
    }
    for (const auto& [name, value] : from.items()) differences(value, to.value(name, json()), path + "/" + name, out);
    for (const auto& [name, value] : to.items())
        if (!from.contains(name)) out.push_back(path + "/" + name);
}

std::vector<std::string> parts_of(const std::string& path) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < path.size();) {
        const auto end = std::min(path.find('/', at + 1), path.size());
        out.push_back(path.substr(at + 1, end - at - 1));
        at = end;
    }
    return out;
}

/// For "/edits_a/L3_84_40/fc": the layer; empty for other paths.
std::string edited_layer(const std::string& path) {
    const auto parts = parts_of(path);
    return parts.size() >= 2 && parts[0].rfind("edits_", 0) == 0 ? parts[1] : std::string();
}

std::string edits_label(const std::vector<std::string>& paths) {
    std::vector<std::string> layers;
    for (const auto& path : paths)
        if (const auto layer = edited_layer(path); std::find(layers.begin(), layers.end(), layer) == layers.end())
            layers.push_back(layer);
    return "edits of " + (layers.size() == 1 ? layers[0] : std::to_string(layers.size()) + " layers");
}

/// As fields are called on the screen: "latent x", "layout", "model A".
std::string field_label(const std::string& path) {
    auto parts = parts_of(path);
    if (parts[0] == "view" && parts.size() > 1) parts.erase(parts.begin());
    std::string out;
    for (const auto& part : parts) out += (out.empty() ? "" : " ") + part;
    std::replace(out.begin(), out.end(), '_', ' ');
    if (out == "model a" || out == "layer a") out.back() = 'A';
    if (out == "model b" || out == "layer b") out.back() = 'B';
    return out;
}

std::string scene_label(const Scene& from, const Scene& to) {
    std::vector<std::string> paths;
    differences(to_json(from), to_json(to), "", paths);
    const auto is_edit = [](const std::string& p) { return p.rfind("/edits_", 0) == 0; };
    const auto is_model = [](const std::string& p) { return p.rfind("/model_", 0) == 0; };
    if (std::all_of(paths.begin(), paths.end(), is_edit)) {
        if (std::none_of(paths.begin(), paths.end(), [](const auto& p) { return edited_layer(p).empty(); }))
            return edits_label(paths);
        return "edits";
    }
    // What comes with another model, its layer for one, goes without saying.
    const auto models = std::count_if(paths.begin(), paths.end(), is_model);
    if (models == 2) return "models";
    if (models == 1) return field_label(*std::find_if(paths.begin(), paths.end(), is_model));
    if (paths.size() == 1) return field_label(paths[0]);
    const auto first = parts_of(paths[0]);
    if (paths.size() == 2 && first.size() == 2 && parts_of(paths[1])[0] == first[0])
        return field_label(paths[0]) + ", " + parts_of(paths[1]).back();
    return std::to_string(paths.size()) + " fields";
}

std::string bookmarks_label(const std::vector<Bookmark>& from, const std::vector<Bookmark>& to) {
    if (to.size() == from.size() + 1) return "new bookmark " + to.back().name;
    if (from.size() == to.size() + 1) return "deleted bookmark";
    return "bookmarks";
}

} // namespace

std::string change_label(const Session& from, const Session& to) {
    std::string out;
    const auto add = [&](bool differs, const std::string& name) {
        if (differs) out += (out.empty() ? "" : ", ") + name;
    };
    if (from.scene != to.scene) add(true, scene_label(from.scene, to.scene));
    add(from.motion != to.motion, "timeline");
    add(from.ready != to.ready, "ready-made motions");
    add(from.film != to.film, "film settings");
    if (from.bookmarks != to.bookmarks) add(true, bookmarks_label(from.bookmarks, to.bookmarks));
    return out;
}

} // namespace unstuck::engine
