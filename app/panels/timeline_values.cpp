#include "app/panels/timeline_parts.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <misc/cpp/imgui_stdlib.h>
#include <sstream>

namespace unstuck::app {

using engine::KeyValue;
using engine::SceneField;

namespace {

bool number_control(const char* id, const SceneField* field, double& value) {
    const bool whole = field && (field->kind == SceneField::Kind::integer || field->kind == SceneField::Kind::bits);
    const double low = field ? field->low : 0, high = field ? field->high : 0;
    const float fine = ImGui::GetIO().KeyShift ? 0.1f : 1.0f;
    // A pixel of mouse: a hundredth of the value's order of magnitude, but for whole numbers.
    const double magnitude = std::pow(10, std::floor(std::log10(std::max(std::abs(value), 0.1))));
    const float speed = whole ? 0.2f : static_cast<float>(magnitude * 0.02) * fine;
    const bool bounded = field && low < high && field->kind != SceneField::Kind::bits;
    if (!drag_number(id, value, speed, bounded ? &low : nullptr, bounded ? &high : nullptr, whole ? "%.0f" : "%.4g"))
        return false;
    if (whole) value = std::round(value);
    return true;
}

bool choice_control(const char* id, const std::vector<std::string>& choices, std::string& value) {
    bool changed = false;
    if (!ImGui::BeginCombo(id, value.c_str())) return false;
    for (const auto& choice : choices)
        if (ImGui::Selectable(choice.c_str(), choice == value)) {
            value = choice;
            changed = true;
        }
    ImGui::EndCombo();
    return changed;
}

/// Whole numbers with spaces or commas between.
std::vector<double> list_of(std::string text) {
    std::replace(text.begin(), text.end(), ',', ' ');
    std::istringstream in(text);
    std::vector<double> out;
    for (double v = 0; in >> v && out.size() < engine::kMostWalkSeeds;)
        out.push_back(std::clamp(std::round(v), 0.0, 4294967295.0));
    return out;
}

bool list_control(const char* id, std::vector<double>& value) {
    std::string text;
    for (const double v : value) text += (text.empty() ? "" : " ") + fmt::format("{:.0f}", v);
    if (!ImGui::InputText(id, &text, ImGuiInputTextFlags_EnterReturnsTrue)) return false;
    value = list_of(text);
    return true;
}

} // namespace

bool value_control(const char* id, const SceneField* field, KeyValue& value, float width) {
    ImGui::SetNextItemWidth(width);
    if (auto* number = std::get_if<double>(&value)) return number_control(id, field, *number);
    if (auto* on = std::get_if<bool>(&value)) return ImGui::Checkbox(id, on);
    if (auto* list = std::get_if<std::vector<double>>(&value)) return list_control(id, *list);
    if (auto* text = std::get_if<std::string>(&value))
        return field && !field->choices.empty() ? choice_control(id, field->choices, *text)
                                                : ImGui::InputText(id, text, ImGuiInputTextFlags_EnterReturnsTrue);
    ImGui::TextDisabled("%s", value_text(value).c_str()); // edits come from the filter lab
    return false;
}

std::string value_text(const KeyValue& value) {
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{:.6g}", *number);
    if (const auto* on = std::get_if<bool>(&value)) return *on ? "on" : "off";
    if (const auto* list = std::get_if<std::vector<double>>(&value)) return fmt::format("{} seeds", list->size());
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    const auto count = std::get<model::Edits>(value).layers.size();
    return count == 0 ? "as in the model" : fmt::format("{} layer{}", count, count == 1 ? "" : "s");
}

const SceneField* find_field(const std::vector<SceneField>& fields, const std::string& path) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.path == path; });
    return found == fields.end() ? nullptr : &*found;
}

const std::vector<SceneField>& keyable_fields(PanelContext& c) {
    auto& t = c.ui.timeline;
    const std::array directions = {c.scene.latent.directions.size(), c.scene.latent.mix_point.directions.size()};
    if (!t.fields.empty() && t.fields_of == c.model && t.directions == directions) return t.fields;
    t.fields_of = c.model;
    t.directions = directions;
    t.fields = engine::scene_fields(c.scene);
    for (const auto side : engine::kSides) {
        const auto& m = c.model[index(side)];
        if (!m) continue;
        const auto edits = engine::edit_fields(side, m->sampling);
        t.fields.insert(t.fields.end(), edits.begin(), edits.end());
        auto looked_at = std::find_if(t.fields.begin(), t.fields.end(), [&](const SceneField& f) {
            return f.path == (side == engine::Side::a ? "/layer/a" : "/layer/b");
        });
        if (looked_at == t.fields.end()) continue;
        for (const auto& layer : m->layers) looked_at->choices.push_back(layer.name);
    }
    return t.fields;
}

} // namespace unstuck::app
