// What brings scenes in and out of the window: text, pictures, command lines, bookmarks.
#include "app/application.hpp"
#include "core/engine/canvas.hpp"
#include "core/engine/command_line.hpp"
#include "core/engine/model_names.hpp"
#include "core/engine/scene_text.hpp"
#include "core/io/image_file.hpp"
#include "core/io/pasted_path.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <imgui.h>
#include <stdexcept>

namespace unstuck::app {

using engine::Side;

namespace {

/// A and B side by side, each at most kThumbnailSide pixels, as a PNG file's bytes. Null without pictures.
std::shared_ptr<const std::vector<std::uint8_t>> thumbnail_of(const engine::FramePair& pair) {
    constexpr int kThumbnailSide = 128, kGap = 4;
    constexpr engine::Rgb kBehind = {0x1b, 0x1d, 0x20};
    std::vector<engine::Raster> pictures;
    for (const auto& frame : pair.frame)
        if (frame && !frame->image.empty()) pictures.push_back(engine::tone_mapped(frame->image, {}));
    if (pictures.empty()) return nullptr;
    const int count = static_cast<int>(pictures.size());
    engine::Canvas canvas(count * kThumbnailSide + (count - 1) * kGap, kThumbnailSide, kBehind);
    for (int i = 0; i < count; ++i)
        canvas.draw(pictures[static_cast<std::size_t>(i)],
                    {i * (kThumbnailSide + kGap), 0, kThumbnailSide, kThumbnailSide});
    const auto png = io::encode_png(count * kThumbnailSide + (count - 1) * kGap, kThumbnailSide, 3, canvas.rgb());
    return std::make_shared<const std::vector<std::uint8_t>>(png.begin(), png.end());
}

/// The bookmark that a command names; null when there is none of that number.
engine::Bookmark* bookmark_of(engine::Session& session, const std::string& text) {
    std::size_t i = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), i);
    return read.ec == std::errc{} && i < session.bookmarks.size() ? &session.bookmarks[i] : nullptr;
}

} // namespace

engine::Scene Application::shown_scene() const {
    auto scene = scene_;
    if (pair_) { // of another scene while a newer one is being computed
        scene = engine::with_render_of(scene, pair_->scene);
        for (const auto side : engine::kSides) {
            const auto& model = pair_->model[index(side)];
            // One that did not come is still the one that is wanted.
            scene.model[index(side)] = model ? model->source : scene_.model[index(side)];
        }
    }
    scene.playing = false;
    return scene;
}

engine::Bookmark Application::bookmark_of_shown() const {
    need_directions("the bookmark");
    const auto scene = shown_scene();
    return {scene_name(scene), scene, pair_ ? thumbnail_of(*pair_) : nullptr};
}

void Application::restore(const engine::SceneFile& found, const std::string& where) {
    std::string missing;
    auto scene = found.scene;
    for (const auto side : engine::kSides) {
        auto& wanted = scene.model[index(side)];
        const auto& present = scene_.model[index(side)];
        wanted = engine::lasting_name(wanted);
        if (wanted == present || wanted.empty() || engine::model_is_there(wanted)) continue;
        missing += fmt::format("; there is no {}: {} keeps its model", wanted, side_name(side));
        wanted = present;
    }
    const bool other_models = scene.model != scene_.model;
    scene_ = scene;
    if (found.motion) {
        session_.motion = *found.motion;
        session_.ready = found.ready;
    }
    ui_.drag.active = false;
    if (other_models) bring_models();
    auto text = "The scene of " + where + missing;
    for (const auto& note : found.notes) text += "\n" + note;
    announce(text);
    touch();
}

bool Application::open_as_scene(const std::string& text) {
    constexpr double kErrorShown = 8;
    const auto path = io::pasted_path(text);
    try {
        std::error_code ignored;
        if (!std::filesystem::exists(path, ignored)) return false; // told where models are opened
        const auto found = engine::read_scene_file(path);
        if (found) restore(*found, path);
        return found.has_value();
    } catch (const std::exception& e) {
        log(true, e.what());
        toast(e.what(), kErrorShown);
        touch();
        return true;
    }
}

void Application::copy_command_line() {
    const auto scene = shown_scene();
    std::string lines;
    for (const auto side : engine::kSides) {
        const auto line = engine::render_command(scene, side, settings_.capture_folder);
        if (!line.empty()) lines += (lines.empty() ? "" : "\n") + line;
    }
    if (lines.empty()) throw std::runtime_error("There is no model to render: open one first");
    ImGui::SetClipboardText(lines.c_str());
    announce("Copied: " + lines);
}

void Application::run_on_scene(const Command& command) {
    using Kind = Command::Kind;
    auto* const bookmark = bookmark_of(session_, command.text);
    switch (command.kind) {
    case Kind::copy_scene_text: {
        auto scene = shown_scene();
        scene.playing = scene_.playing;
        const auto text = engine::scene_to_text(scene);
        ImGui::SetClipboardText(text.c_str());
        announce(fmt::format("Copied the scene as {} letters", text.size()));
        break;
    }
    case Kind::paste_scene: {
        const auto* text = ImGui::GetClipboardText();
        restore(engine::find_scene(text ? text : ""), "the clipboard");
        break;
    }
    case Kind::open_scene_dialog:
        if (dialog_->available())
            dialog_->open({FileQuestion::Purpose::open_scene, Side::a, {}});
        else
            announce("No file dialog on this machine (zenity or kdialog): drop the file on the window, or copy its "
                     "path and paste it as a scene");
        break;
    case Kind::copy_command_line: copy_command_line(); break;
    case Kind::add_bookmark:
        session_.bookmarks.push_back(bookmark_of_shown());
        announce(fmt::format("Bookmark {}: {}", session_.bookmarks.size(), session_.bookmarks.back().name));
        break;
    case Kind::update_bookmark:
        if (!bookmark) break;
        *bookmark = {bookmark->name, shown_scene(), bookmark_of_shown().thumbnail};
        announce("Bookmark '" + bookmark->name + "' now has the present scene");
        break;
    case Kind::go_to_bookmark:
        if (bookmark) {
            auto scene = bookmark->scene;
            scene.view.zoom = scene_.view.zoom; // one compares details at the same place
            scene.view.pan_x = scene_.view.pan_x;
            scene.view.pan_y = scene_.view.pan_y;
            restore({scene, std::nullopt, {}, {}, {}}, "bookmark '" + bookmark->name + "'");
        }
        break;
    default: break;
    }
    touch();
}

} // namespace unstuck::app
