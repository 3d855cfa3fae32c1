// The recorder as the application drives it: a film begins, is looked after, and outlives the wish to quit.
#include "app/application.hpp"
#include "app/film_setup.hpp"
#include "core/engine/model_names.hpp"
#include "core/io/atomic_file.hpp"
#include "core/io/child_process.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <imgui.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::app {

using engine::Side;

void Application::apply_recorder_settings() {
    ui_.recorder.choices = settings_.recorder;
    session_.film = settings_.film;
}

void Application::keep_recorder_settings() {
    settings_.recorder = ui_.recorder.choices;
    settings_.film = session_.film;
}

void Application::look_at_film_target() {
    constexpr auto kEvery = std::chrono::milliseconds(300);
    const auto now = std::chrono::steady_clock::now();
    if (!ui_.recorder.on_screen || now - film_target_asked_ < kEvery) return;
    film_target_asked_ = now;
    look_at_target(ui_.recorder, settings_.capture_folder);
}

void Application::record_film() {
    auto& state = ui_.recorder;
    if (recorder_.busy() || !state.on_screen) {
        ui_.show_bottom = true;
        ui_.bring_to_front = "Recorder";
        touch();
        return;
    }
    if (const auto why = why_nothing_moves(session_); !why.empty()) throw std::runtime_error(why);
    if (state.choices.folder.empty()) io::make_folder(settings_.capture_folder);
    look_at_target(state, settings_.capture_folder);
    auto request = film_request(session_, state);
    request.device = device_;
    request.loaded = {engine_.loaded(Side::a), engine_.loaded(Side::b)};
    recorder_.start(std::move(request));
    state.replace = false; // of this one film
    log(false, "Recording " + state.target.path);
    film_target_asked_ = {};
    touch();
}

void Application::copy_film_command() {
    namespace fs = std::filesystem;
    auto& state = ui_.recorder;
    if (const auto why = why_nothing_moves(session_); !why.empty()) throw std::runtime_error(why);
    look_at_target(state, settings_.capture_folder);
    auto request = film_request(session_, state);
    auto& scene = request.scene;
    for (auto* files : {&scene.model, &scene.latent.w, &scene.latent.mix_point.w})
        for (auto& file : *files) file = engine::lasting_name(file); // the command may be run in any folder
    if (state.choices.folder.empty()) io::make_folder(settings_.capture_folder);
    const auto out = fs::absolute(state.target.path);
    io::AtomicFile file((out.parent_path() / (out.stem().string() + ".film.json")).string());
    const auto text = engine::to_json(request).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    file.write(text.data(), text.size());
    const auto name = file.commit_to_free_name();
    ImGui::SetClipboardText(film_command(name, out.string(), device_).c_str());
    announce("Copied the command; what it films is in " + name);
}

void Application::show_in_folder(const std::string& file) {
    const auto folder = std::filesystem::absolute(file).parent_path().string();
    // In a session of its own, so that the file manager outlives this program.
    const std::string script = "command -v xdg-open >/dev/null || exit 1; "
                               "exec setsid --fork xdg-open \"$1\" </dev/null >/dev/null 2>&1";
    io::ChildProcess opener({"sh", "-c", script, "sh", folder});
    if (!opener.finish().empty()) announce("No file manager can be opened here: the film lies in " + folder);
}

void Application::poll_recorder() {
    look_at_film_target();
    const auto film = recorder_.status();
    const bool over = film.phase == Recorder::Phase::done || film.phase == Recorder::Phase::failed;
    if (over && told_film_ != film.number) {
        told_film_ = film.number;
        film_target_asked_ = {};
        if (film.phase == Recorder::Phase::failed) {
            log(true, "The film failed: " + film.error);
            toast("The film failed: " + film.error, 8);
            quit_after_film_ = ui_.recorder.closing = false; // or nobody would ever read why
        } else if (film.result.file.empty())
            announce("The film was discarded");
        else
            announce(fmt::format("Saved {}: {} frames", film.result.file, film.result.frames));
        touch();
    }
    const bool leaving = quit_after_film_ || ui_.recorder.closing;
    if (leaving && film.phase != Recorder::Phase::recording) quit_ = true;
}

void Application::ask_to_quit() {
    if (recorder_.busy())
        ui_.recorder.closing = true;
    else
        quit_ = true;
    touch();
}

void Application::quit_after_film(bool keep) {
    ui_.recorder.closing = false;
    quit_after_film_ = true;
    recorder_.end(keep);
}

} // namespace unstuck::app
