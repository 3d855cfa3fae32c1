// The session as a whole: steps of undo, files, and the copy that a crash leaves.
#include "app/application.hpp"
#include "core/engine/model_names.hpp"
#include "core/io/error.hpp"
#include "core/io/pasted_path.hpp"

#include <GLFW/glfw3.h>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <imgui.h>
#include <spdlog/spdlog.h>

namespace unstuck::app {

using engine::Side;
namespace fs = std::filesystem;

namespace {

constexpr double kNoteShown = 12; // seconds

bool is_modifier(ImGuiKey key) {
    return (key >= ImGuiKey_LeftCtrl && key <= ImGuiKey_RightSuper) ||
           (key >= ImGuiKey_ReservedForModCtrl && key <= ImGuiKey_ReservedForModSuper);
}

/// A drag, a field that is typed into, or a key that is held: what they do is one step, once they end.
bool gesture_under_way() {
    if (ImGui::IsAnyItemActive()) return true;
    for (int k = ImGuiKey_NamedKey_BEGIN; k < ImGuiKey_NamedKey_END; ++k)
        if (const auto key = static_cast<ImGuiKey>(k); !is_modifier(key) && ImGui::IsKeyDown(key)) return true;
    return false;
}

std::string name_of(const std::string& path) { return fs::path(path).filename().string(); }

constexpr std::size_t kMostKept = 10; // sessions that were left unsaved; older ones go

/// What the program itself keeps in its folder. Nobody chose these names, so nothing is saved under them.
bool is_kept_copy(const std::string& path, const std::string& folder) {
    std::error_code ignored;
    const auto name = name_of(path);
    return (name.rfind(kLastSession, 0) == 0 || name.rfind(kRecovered, 0) == 0) &&
           fs::equivalent(fs::absolute(path).parent_path(), folder, ignored);
}

} // namespace

engine::Scene first_scene() {
    engine::Scene scene;
    scene.playing = true;
    scene.transform.animate_orbit = true;
    return scene;
}

void Application::start_session(const ApplicationOptions& options) {
    session_.scene = options.scene;
    if (options.motion) session_.motion = *options.motion;
    session_.ready = options.ready;
    if (options.session) session_ = options.session->session;
    history_.restart(session_);
    if (options.session) history_.mark_saved(file_name_of(*options.session));
    if (options.session)
        for (const auto& note : options.session->notes) announce(note);
    if (!config_folder_.empty()) start_autosave(options.restore);
    defaults_.model = scene_.model;
    for (auto side : engine::kSides)
        if (const auto path = scene_.model[index(side)]; !path.empty()) open(side, path);
}

void Application::start_autosave(Restore restore) {
    try {
        autosave_ = std::make_unique<Autosave>(config_folder_);
    } catch (const std::exception& e) { // a read-only home is no reason not to start
        const auto text = fmt::format("Nothing is saved automatically: {}", e.what());
        log(true, text);
        toast(text, kNoteShown);
        return;
    }
    const auto& left = autosave_->left();
    const bool wanted = left && left->session &&
                        (restore == Restore::always ||
                         (restore == Restore::if_same_models && left->session->session.scene.model == scene_.model));
    if (wanted) {
        session_ = left->session->session;
        history_.commit_file(session_, "", "restoring the session");
        autosave_->take_over_left();
    }
    auto kept = sessions_in(config_folder_, kRecovered);
    if (wanted) std::erase(kept, left->file);
    const auto& listed = settings_.recent_sessions;
    const bool news = std::any_of(kept.begin(), kept.end(), [&](const auto& path) {
        return std::find(listed.begin(), listed.end(), path) == listed.end();
    });
    std::for_each(kept.rbegin(), kept.rend(), [&](const auto& path) { remember_session(settings_, path); });
    if (!left && news) {
        announce("A run ended unexpectedly: its session is under File > Recent sessions, as " + name_of(kept.front()) +
                 ".");
        ui_.toast_until = seconds_running() + kNoteShown;
    }
    if (!left) return;
    if (wanted)
        announce("The last run ended unexpectedly: this is its session.\nUndo (Ctrl+Z) or File > New session to start "
                 "fresh.");
    else if (left->session)
        announce("The last run ended unexpectedly: its session is under File > Recent sessions, as " +
                 name_of(left->file) + ".");
    else {
        const auto text =
            fmt::format("The session that the last run left cannot be read and is kept as it is:\n{}\n({})", left->file,
                        left->error);
        log(true, text);
        toast(text);
    }
    ui_.toast_until = seconds_running() + kNoteShown;
}

void Application::watch_session() {
    if (!gesture_under_way()) history_.commit(session_);
    auto& s = ui_.session_file;
    const SessionFileState::Shown now{history_.file(), !history_.saved(), history_.undo_label(), history_.redo_label()};
    if (s.shown != now) {
        s.shown = now;
        touch();
    }
    const auto title = (now.file.empty() ? "" : name_of(now.file) + (now.unsaved ? "* - " : " - ")) + "Unstuck";
    if (title != title_) glfwSetWindowTitle(window_.handle(), (title_ = title).c_str());
    if (!autosave_) return;
    autosave_->watch(session_, moving() || ui_.timeline.playback.playing, Autosave::Clock::now());
    if (const auto error = autosave_->take_error()) {
        log(true, "The session could not be saved automatically: " + *error);
        toast("The session could not be saved automatically: " + *error, kNoteShown);
        touch();
    }
}

/// Another session in place of this one, which is not lost: what is not saved can be had again under this name.
void Application::keep_unsaved() {
    history_.commit(session_);
    if (config_folder_.empty() || history_.saved()) return;
    // A name of its own: another program, or the one before, may have left something, too.
    remember_session(settings_, engine::write_session_to_free_name(config_folder_ + "/last-session.json", session_));
    const auto kept = sessions_in(config_folder_, kLastSession);
    for (std::size_t i = kMostKept; i < kept.size(); ++i) {
        std::error_code ignored;
        fs::remove(kept[i], ignored);
        std::erase(settings_.recent_sessions, kept[i]);
    }
}

void Application::keep_unsaved_or_say() {
    try {
        keep_unsaved();
    } catch (const std::exception& e) { // the step of undo has it still
        announce(fmt::format("The session before could not be kept as a file, undo brings it back: {}", e.what()));
    }
}

std::string Application::file_name_of(const engine::SessionFile& file) const {
    return file.own_format && !is_kept_copy(file.path, config_folder_) ? file.path : std::string();
}

void Application::leave_session() {
    try {
        keep_unsaved();
        if (autosave_) autosave_->end();
    } catch (const std::exception& e) { // the automatic copy stays, for the next start
        spdlog::error("the session could not be kept: {}", e.what());
    }
    autosave_.reset();
}

void Application::bring_models() {
    ui_.drag.active = false;
    defaults_.model = scene_.model;
    const auto& wanted = scene_.model;
    std::array<std::string, 2> have;
    bool loading = false;
    for (auto side : engine::kSides) {
        if (const auto m = engine_.model(side)) have[index(side)] = m->source;
        loading = loading || engine_.load_status(side).loading;
    }
    if (!loading && wanted != have && wanted[0] == have[1] && wanted[1] == have[0]) {
        engine_.swap();
        std::swap(logged_model_[0], logged_model_[1]);
        std::swap(have[0], have[1]);
    }
    for (auto side : engine::kSides) {
        const auto i = index(side);
        ui_.path[i] = wanted[i];
        logged_error_[i].clear();
        engine_.cancel_load(side);
        engine_.dismiss_error(side);
        if (wanted[i] == have[i]) continue;
        // Pictures of another model under this one's name would mislead, when it will not come.
        if (!engine::model_is_there(wanted[i])) engine_.unload(side);
        if (!wanted[i].empty()) engine_.load(side, wanted[i]);
    }
    touch();
}

void Application::step_back() {
    if (ImGui::IsAnyMouseDown()) return; // in the middle of a drag there is nothing to go back from
    history_.commit(session_);
    if (!history_.can_undo()) return;
    toast("Undo: " + history_.undo_label(), 2);
    show_step(history_.undo(session_));
}

void Application::step_forward() {
    if (ImGui::IsAnyMouseDown()) return;
    history_.commit(session_);
    if (!history_.can_redo()) return;
    toast("Redo: " + history_.redo_label(), 2);
    show_step(history_.redo(session_));
}

void Application::show_step(engine::Session session) {
    const auto models = scene_.model;
    session_ = std::move(session);
    if (scene_.model != models) bring_models();
    touch();
}

void Application::new_session() {
    keep_unsaved_or_say();
    engine::Session fresh;
    fresh.scene = first_scene();
    fresh.scene.model = scene_.model;
    session_ = std::move(fresh);
    history_.commit_file(session_, "", "new session");
    history_.mark_saved("");
    touch();
}

void Application::open_session(const std::string& path) {
    const auto clean = io::pasted_path(path);
    if (clean.empty()) return;
    if (engine::is_recipe_file(clean)) return play_recipe_file(clean);
    const auto file = engine::read_session(clean);
    keep_unsaved_or_say();
    session_ = file.session;
    for (auto& model : scene_.model) model = engine::lasting_name(model);
    history_.commit_file(session_, file_name_of(file), "opening " + name_of(clean));
    history_.mark_saved(history_.file());
    bring_models();
    remember_session(settings_, engine::lasting_name(clean));
    auto text = "Opened " + clean;
    for (const auto& note : file.notes) text += "\n" + note;
    announce(text);
}

void Application::ask_for_session(FileQuestion::Purpose purpose) {
    const auto& file = history_.file();
    if (dialog_->available()) {
        dialog_->open({purpose, Side::a, file});
        return;
    }
    const bool saving = purpose == FileQuestion::Purpose::save_session;
    ui_.session_file.question =
        saving ? SessionFileState::Question::path_to_save : SessionFileState::Question::path_to_open;
    ui_.session_file.path = !file.empty() ? file : saving ? "session.unstuck" : "";
    touch();
}

void Application::save_session(const std::string& path) {
    history_.commit(session_);
    engine::write_session(path, session_);
    history_.mark_saved(path);
    remember_session(settings_, engine::lasting_name(path));
    announce("Saved " + path);
}

void Application::save_session_unless_there(const std::string& path) {
    auto clean = io::pasted_path(path);
    if (clean.empty()) return;
    if (!fs::path(clean).has_extension()) clean += ".unstuck";
    std::error_code ignored;
    if (clean == history_.file() || !fs::exists(clean, ignored)) return save_session(clean);
    if (fs::is_directory(clean, ignored)) throw io::FileError(clean, "is a folder; give a file's name");
    ui_.session_file.question = SessionFileState::Question::replace;
    ui_.session_file.path = clean;
    touch();
}

} // namespace unstuck::app
