// The application's part of the timeline: its clock, the scene that follows, recipes in and out.
#include "app/application.hpp"
#include "core/engine/recipe_session.hpp"
#include "core/io/atomic_file.hpp"
#include "core/io/pasted_path.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::app {

using engine::Side;

void Application::follow_timeline() {
    auto& timeline = ui_.timeline;
    auto& playback = timeline.playback;
    if (is_empty(session_)) playback.playing = false;
    if (playback.playing) scene_.playing = false; // its own clock would make another picture of the same frame
    if (playback.frame() >= session_.motion.frames) playback.position = std::max(session_.motion.frames - 1, 0);
    const auto before = scene_;
    timeline.follower.follow(session_, playback.frame(), {engine_.model(Side::a), engine_.model(Side::b)});
    if (scene_ != before) history_.absorb(before, scene_); // what follows from the motion is no step of its own
}

bool Application::advance_timeline(double seconds) {
    auto& playback = ui_.timeline.playback;
    if (!playback.playing) return false;
    if (window_.minimised()) return true;
    const int before = playback.frame();
    // The clock goes on while a picture is computed, the scene does not: pictures never queue up.
    const bool picture_done = !engine_.rendering();
    playback = advanced(playback, session_.motion, seconds, picture_done);
    if (picture_done) follow_timeline();
    if (playback.frame() != before) touch();
    return true;
}

void Application::play_recipe(const std::string& name) {
    const auto recipe = engine::find_recipe(name);
    std::vector<std::string> keyed;
    for (const auto& track : ui_.timeline.follower.motion().tracks) keyed.push_back(track.path);
    auto session = session_;
    session.scene = ui_.timeline.follower.released(session.scene, keyed);
    session = engine::with_recipe(std::move(session), recipe);
    using engine::FilmLayout;
    using engine::Layout;
    auto& layout = session.scene.view.layout; // what the film shows, as far as the window can
    if (session.film.layout == FilmLayout::a) layout = Layout::only_a;
    if (session.film.layout == FilmLayout::b) layout = Layout::only_b;
    if (session.film.layout == FilmLayout::side_by_side) layout = Layout::side_by_side;
    if (session.film.layout == FilmLayout::spectra) layout = Layout::grid;
    session_ = std::move(session);
    auto& timeline = ui_.timeline;
    timeline.selected.clear();
    timeline.track.clear();
    timeline.playback = started(at_frame(timeline.playback, session_.motion, 0), session_.motion);
    ui_.show_bottom = true;
    ui_.bring_to_front = "Timeline";
    announce("Recipe " + recipe.name + ": " + recipe.description);
    touch();
}

void Application::play_recipe_file(const std::string& path) {
    const auto clean = io::pasted_path(path);
    // A slash makes it a file, whatever its ending.
    play_recipe(clean.find('/') == clean.npos ? "./" + clean : clean);
}

void Application::save_recipe() {
    auto& form = ui_.recipes;
    try {
        form.path = io::pasted_path(form.path);
        const auto recipe = engine::recipe_of(session_, form.name, form.description);
        if (!form.path.ends_with(".json")) throw std::invalid_argument("A recipe's file name ends in .json");
        if (!form.replace && std::filesystem::exists(form.path))
            throw std::invalid_argument(form.path + " exists already: choose another name, or tick Replace");
        if (const auto folder = std::filesystem::path(form.path).parent_path(); !folder.empty())
            io::make_folder(folder.string());
        io::write_file(form.path, engine::to_json(recipe).dump(2) + "\n");
    } catch (const std::exception& e) {
        form.error = e.what();
        return;
    }
    form.error.clear();
    form.done = true;
    announce("Saved " + form.path);
}

} // namespace unstuck::app
