// Ready-made motions on the timeline: their rows, their parameters, and the menu that adds them.
#include "app/panels/timeline_parts.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <misc/cpp/imgui_stdlib.h>
#include <stdexcept>

namespace unstuck::app {

using engine::ReadyMotion;
using engine::Side;

namespace {

struct ReadyKind {
    const char *kind, *title, *tip;
};
constexpr std::array<ReadyKind, 10> kReadyKinds = {{
    {"line", "Line", "The content glides there and back, at even speed"},
    {"circle", "Circle", "The content runs once around a circle"},
    {"turn", "Full turn", "The content turns once, counter-clockwise"},
    {"walk", "Latent walk", "A smooth closed walk through the w of seeds"},
    {"cinemagraph", "Cinemagraph", "The same walk, shrunk towards the scene's own latent"},
    {"truncation", "Truncation sweep", "Truncation psi from one value to another and back"},
    {"sweep", "Field sweep", "Any number of the scene, from one value to another and back"},
    {"filter", "Filter sweep", "A filter's setting, in one layer or all, from one value to another and back"},
    {"layers", "Layer tour", "Looks at each layer in turn"},
    {"ladder", "Ladder tour", "Takes back the measures against aliasing one by one (alias-free models)"},
}};

const char* title_of(const std::string& kind) {
    for (const auto& k : kReadyKinds)
        if (k.kind == kind) return k.title;
    return kind.c_str();
}

/// With parameters that show something on the models that are open.
ReadyMotion new_ready(const PanelContext& c, const std::string& kind) {
    ReadyMotion r;
    r.kind = kind;
    const auto first = static_cast<std::uint32_t>(std::max(c.scene.latent.x, 0.0));
    if (kind == "walk" || kind == "cinemagraph") r.seeds = {first, first + 1, first + 2, first + 3};
    if (kind == "sweep") {
        r.path = "/transform/scale";
        r.from = 1;
        r.to = 2;
    }
    if (kind == "filter") {
        r.path = c.model[1] ? "/edits_b/all/down/cutoff" : "/edits_a/all/down/cutoff";
        r.from = 1;
        r.to = 2;
        r.relative = true;
    }
    return engine::anchored(r, c.scene.transform);
}

std::string summary(const ReadyMotion& r) {
    const auto range = fmt::format("{:.4g} to {:.4g} and back", r.from, r.to);
    if (r.kind == "line") return fmt::format("by ({:.4g}, {:.4g}) of the image's side and back", r.dx, r.dy);
    if (r.kind == "circle") return fmt::format("radius {:.4g} of the image's side", r.radius);
    if (r.kind == "walk") return fmt::format("{} seeds", r.seeds.size());
    if (r.kind == "cinemagraph") return fmt::format("{} seeds, reach {:.4g}", r.seeds.size(), r.reach);
    if (r.kind == "truncation") return "psi " + range;
    if (r.kind == "sweep") return engine::field_title(r.path) + " " + range;
    if (r.kind == "filter") return engine::field_title(r.path) + " " + range + (r.relative ? ", x the model's" : "");
    return {};
}

void set_seeds(ReadyMotion& r) {
    engine::KeyValue value = std::vector<double>(r.seeds.begin(), r.seeds.end());
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted("seeds");
    ImGui::SameLine(ImGui::GetFontSize() * 5.9f);
    if (!value_control("##seeds", nullptr, value, ImGui::GetFontSize() * 12)) return;
    const auto& list = std::get<std::vector<double>>(value);
    if (!list.empty()) r.seeds.assign(list.begin(), list.end());
}

/// Numbers that a sweep can go through, in a list that can be searched.
void choose_path(PanelContext& c, ReadyMotion& r) {
    ImGui::SetNextItemWidth(ImGui::GetFontSize() * 18);
    if (!ImGui::BeginCombo("##path", engine::field_title(r.path).c_str(), ImGuiComboFlags_HeightLarge)) return;
    const bool filter = r.kind == "filter";
    std::vector<std::string> paths;
    for (const auto& field : keyable_fields(c)) {
        using Kind = engine::SceneField::Kind;
        if (field.kind != Kind::number && field.kind != Kind::integer) continue;
        if (field.path.starts_with("/edits_") != filter) continue;
        if (filter) {
            const auto layer = field.path.find('/', 1), setting = field.path.find('/', layer + 1);
            const auto all = field.path.substr(0, layer) + "/all" + field.path.substr(setting);
            if (std::find(paths.begin(), paths.end(), all) == paths.end()) paths.push_back(all);
        }
        paths.push_back(field.path);
    }
    std::stable_partition(paths.begin(), paths.end(), [](const auto& p) { return p.find("/all/") != p.npos; });
    for (const auto& path : paths)
        if (ImGui::Selectable(engine::field_title(path).c_str(), path == r.path)) r.path = path;
    ImGui::EndCombo();
}

void parameter_rows(PanelContext& c, ReadyMotion& r) {
    const ReadyMotion d = new_ready(c, r.kind);
    const auto drag = [](const char* label, const char* tip, double& value, double standard, double low, double high) {
        drag_row(label, tip, value, 0.002, low, high, standard, "%.4f");
    };
    constexpr double kWide = 1e6;
    if (r.kind == "line") {
        drag("dx", "How far to the right, in image sides", r.dx, d.dx, -100, 100);
        drag("dy", "How far down, in image sides", r.dy, d.dy, -100, 100);
    }
    if (r.kind == "circle") drag("radius", "Of the circle, in image sides", r.radius, d.radius, 0, 10);
    if (r.kind == "walk" || r.kind == "cinemagraph") set_seeds(r);
    if (r.kind == "cinemagraph")
        drag("reach", "Share of the way from the latent to the walk", r.reach, d.reach, -10, 10);
    if (r.kind == "sweep" || r.kind == "filter") choose_path(c, r);
    if (r.kind == "sweep" || r.kind == "filter" || r.kind == "truncation") {
        drag("from", "The value at the first frame and at the end", r.from, d.from, -kWide, kWide);
        drag("to", "The value half way", r.to, d.to, -kWide, kWide);
    }
    if (r.kind == "filter") check_row("relative", "Both are factors of what the model has", r.relative, d.relative);
    if (r.kind == "ladder") {
        constexpr const char* kSideNames[] = {"both", "A", "B"};
        int side = r.side == "a" ? 1 : r.side == "b" ? 2 : 0;
        if (choice_row("side", "Which model goes down the ladder", side, kSideNames, 3, 0))
            r.side = side == 1 ? "a" : side == 2 ? "b" : "";
    }
    if (r.kind == "turn" || r.kind == "layers") dim_text("It has no parameters.");
}

/// The fields it moves.
std::vector<std::string> paths_of(const PanelContext& c, const ReadyMotion& r) {
    std::vector<std::string> out;
    try {
        const auto& m = c.session.motion;
        const auto made =
            engine::make_motion(r, {m.fps, m.frames}, c.scene, layer_names(c.model), sampling_of(c.model));
        for (const auto& track : made.tracks) out.push_back(track.path);
    } catch (const std::invalid_argument&) {
        // of a model that is not open: nothing moves by it
    }
    return out;
}

void remove(PanelContext& c, std::size_t i) {
    c.scene = c.ui.timeline.follower.released(c.scene, paths_of(c, c.session.ready[i]));
    c.session.ready.erase(c.session.ready.begin() + static_cast<std::ptrdiff_t>(i));
}

/// As keyframes that can be edited, in place of it.
void write_out(PanelContext& c, std::size_t i) {
    const ReadyMotion ready = c.session.ready[i];
    try {
        auto motion =
            engine::written_out(c.session.motion, {ready}, c.scene, layer_names(c.model), sampling_of(c.model));
        // A field has one track: the one that came last, which is what was seen.
        for (std::size_t k = c.session.motion.tracks.size(); k > 0; --k) {
            const auto& path = motion.tracks[k - 1].path;
            const auto same = [&](const engine::Track& t) { return t.path == path; };
            const auto after = motion.tracks.begin() + static_cast<std::ptrdiff_t>(c.session.motion.tracks.size());
            if (std::any_of(after, motion.tracks.end(), same)) motion.tracks[k - 1].keys.clear();
        }
        std::erase_if(motion.tracks, [](const engine::Track& t) { return t.keys.empty(); });
        c.session.motion = std::move(motion);
        c.session.ready.erase(c.session.ready.begin() + static_cast<std::ptrdiff_t>(i));
    } catch (const std::invalid_argument& e) {
        c.ask(Command::Kind::show_toast, Side::a, e.what());
    }
}

} // namespace

void draw_ready_rows(PanelContext& c, const TimeAxis& axis, float height) {
    auto& t = c.ui.timeline;
    for (std::size_t i = 0; i < c.session.ready.size(); ++i) {
        const ReadyMotion ready = c.session.ready[i];
        const auto at = ImGui::GetCursorScreenPos();
        const float right = axis.left + axis.width, pad = ImGui::GetStyle().FramePadding.y;
        ImGui::PushID(static_cast<int>(i));
        bool form = ImGui::InvisibleButton("ready", {std::max(right - at.x, 1.0f), height});
        const bool hovered = ImGui::IsItemHovered();
        tooltip("A ready-made motion. Click: its settings; right-click: write it out as keyframes, remove it");
        bool gone = false;
        if (ImGui::BeginPopupContextItem("menu")) {
            form = ImGui::MenuItem("Settings...") || form;
            if (ImGui::MenuItem("Write out as keyframes")) write_out(c, i), gone = true;
            if (ImGui::MenuItem("Remove")) remove(c, i), gone = true;
            ImGui::EndPopup();
        }
        ImGui::PopID();
        auto* draw = ImGui::GetWindowDrawList();
        draw->AddText({at.x + height * 0.25f, at.y + pad}, ImGui::GetColorU32(ImGuiCol_Text), title_of(ready.kind));
        const float x0 = std::max(axis.x(0), axis.left), x1 = std::min(axis.x(c.session.motion.frames), right);
        const ImVec2 low{x0, at.y + height * 0.14f}, high{std::max(x1, x0), at.y + height * 0.86f};
        draw->AddRectFilled(low, high, accent(hovered ? 0.42f : 0.28f), height * 0.18f);
        draw->PushClipRect(low, high, true);
        draw->AddText({x0 + height * 0.3f, at.y + pad}, ImGui::GetColorU32(ImGuiCol_Text), summary(ready).c_str());
        draw->PopClipRect();
        ImGui::SetCursorScreenPos({at.x, at.y + height});
        if (form) {
            t.ready = i;
            t.open_ready = true;
        }
        if (gone) break;
    }
}

void draw_ready_form(PanelContext& c) {
    auto& t = c.ui.timeline;
    if (std::exchange(t.open_ready, false)) ImGui::OpenPopup("settings");
    ImGui::SetNextWindowSize({ImGui::GetFontSize() * 20, 0});
    if (!ImGui::BeginPopup("settings")) return;
    if (t.ready < c.session.ready.size()) {
        ImGui::TextDisabled("%s", title_of(c.session.ready[t.ready].kind));
        parameter_rows(c, c.session.ready[t.ready]);
        ImGui::Spacing();
        const bool write = ImGui::Button("Write out as keyframes");
        tooltip("In place of it, keyframes that can be moved one by one");
        ImGui::SameLine();
        const bool take = ImGui::Button("Remove");
        tooltip("Takes this motion out, and gives the scene back what it had before");
        if (write) write_out(c, t.ready);
        if (take) remove(c, t.ready);
        if (write || take) ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
}

void draw_add_menu(PanelContext& c) {
    auto& t = c.ui.timeline;
    ImGui::TextDisabled("Ready-made motions");
    for (const auto& kind : kReadyKinds) {
        if (ImGui::MenuItem(kind.title)) {
            c.session.ready.push_back(new_ready(c, kind.kind));
            t.ready = c.session.ready.size() - 1;
            t.open_ready = true;
        }
        tooltip(kind.tip);
    }
    ImGui::Separator();
    ImGui::TextDisabled("Keyframes for a field of the scene");
    ImGui::SetNextItemWidth(ImGui::GetFontSize() * 18);
    ImGui::InputTextWithHint("##search", "search: scale, psi, cutoff ...", &t.search);
    tooltip("Words of the field's name");
    if (ImGui::BeginChild("fields", {ImGui::GetFontSize() * 18, ImGui::GetFontSize() * 11}))
        for (const auto& field : keyable_fields(c)) {
            const auto title = engine::field_title(field.path);
            if (!matches(title, t.search) || find_track(c.session.motion, field.path)) continue;
            if (!ImGui::Selectable(title.c_str())) continue;
            c.session.motion = with_keys(c.session.motion, c.scene, {field.path}, t.playback.frame(), t.fields);
            t.track = field.path;
            ImGui::CloseCurrentPopup();
            break;
        }
    ImGui::EndChild();
}

} // namespace unstuck::app
