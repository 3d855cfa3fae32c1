// What panels, keys and dropped files ask for, carried out between two frames.
#include "app/application.hpp"
#include "app/theme.hpp"
#include "core/engine/latent_tools.hpp"
#include "core/engine/model_names.hpp"
#include "core/engine/sides.hpp"
#include "core/engine/spectra_export.hpp"
#include "core/figure/drawing.hpp"
#include "core/io/atomic_file.hpp"
#include "core/io/image_file.hpp"
#include "core/io/latent_file.hpp"
#include "core/io/pasted_path.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <imgui.h>
#include <stdexcept>

namespace unstuck::app {

using engine::Side;

void Application::open(Side side, const std::string& path) {
    auto clean = io::pasted_path(path);
    if (clean.empty()) return;
    if (io::is_latent_file(clean)) return load_w(side, clean);
    constexpr std::size_t kLongestPath = 4096;
    if (clean.size() > kLongestPath || clean.find('\n') != std::string::npos) {
        ui_.path[index(side)].clear();
        log(true, "That is no path: " + clean.substr(0, std::min<std::size_t>(clean.find('\n'), 80)) + " ...");
        toast("That is no path");
        return;
    }
    logged_error_[index(side)].clear();
    clean = engine::lasting_name(clean);
    ui_.path[index(side)] = clean;
    engine_.load(side, clean);
    touch();
}

void Application::open_dropped(const std::vector<std::string>& paths) {
    if (paths.empty()) return;
    for (const auto& path : paths)
        if (engine::is_session_file(path) || engine::is_recipe_file(path))
            return ask({Command::Kind::open_session, Side::a, path});
    for (const auto& path : paths)
        if (open_as_scene(path)) return;
    if (paths.size() == 1) {
        // One file goes to the picture it is dropped on.
        Side side = Side::a;
        const auto mouse = ImGui::GetIO().MousePos;
        if (const auto& b = viewport_->canvases()[1]; b && mouse.x >= (*b)[0] && mouse.x < (*b)[0] + (*b)[2])
            side = Side::b;
        open(side, paths[0]);
        return;
    }
    open(Side::a, paths[0]);
    open(Side::b, paths[1]);
    if (paths.size() > 2) announce(fmt::format("Opened the first two of {} files", paths.size()));
}

std::string Application::next_capture(const std::string& stem, const std::string& ending) {
    io::make_folder(settings_.capture_folder);
    for (int i = 0; i < 100000; ++i) {
        const auto path = fmt::format("{}/{}-{:05d}.{}", settings_.capture_folder, stem, i, ending);
        if (!std::filesystem::exists(path)) return path;
    }
    throw std::runtime_error(settings_.capture_folder + " holds 100000 of them: choose another folder");
}

void Application::save_picture() {
    if (!pair_) return;
    need_directions("the picture");
    std::string saved;
    for (auto side : engine::kSides) {
        const auto& f = pair_->frame[index(side)];
        if (!f || f->image.empty()) continue;
        const auto path = next_capture(fmt::format("picture-{}", side_name(side)));
        io::write_png(path, f->image.width, f->image.height, f->image.channels, engine::to_bytes(f->image),
                      engine::picture_text(shown_scene()));
        saved += (saved.empty() ? "" : ", ") + path;
    }
    if (!saved.empty()) announce("Saved " + saved);
}

void Application::save_spectra(const std::string& ending) {
    const auto sets = ui_.instruments.spectra.sets();
    if (std::all_of(sets.begin(), sets.end(), [](const auto& set) { return set.layers.empty(); }))
        throw std::runtime_error("There are no spectra of layers to save yet");
    finish_saving();
    saving_ = std::async(std::launch::async, [sets, ending, path = next_capture("spectra", ending),
                                              text = engine::picture_text(shown_scene())] {
        if (ending == "csv")
            io::write_file(path, engine::layer_csv(sets));
        else if (ending == "svg")
            figure::write_svg(path, engine::layer_figure(sets));
        else
            figure::write_png(path, engine::layer_figure(sets), text);
        return path;
    });
}

void Application::finish_saving() {
    if (!saving_.valid()) return;
    saving_.wait();
    poll_saving();
}

void Application::poll_saving() {
    if (saving_.valid() && saving_.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
        announce("Saved " + saving_.get());
}

void Application::copy_a_to_b() {
    engine_.copy(Side::a, Side::b);
    scene_ = engine::with_a_for_b(scene_);
    defaults_.model[1] = defaults_.model[0];
    ui_.path[1] = ui_.path[0];
    logged_model_[1] = logged_model_[0];
    logged_error_[1].clear();
    ui_.filter.side = Side::b;
}

void Application::run_commands() {
    constexpr double kErrorShown = 8;
    const auto attempt = [&](const auto& what) {
        try {
            what();
        } catch (const std::exception& e) {
            log(true, e.what());
            toast(e.what(), kErrorShown);
        }
    };
    for (const auto& command : std::exchange(commands_, {})) attempt([&] { run(command); });
    attempt([&] { poll_saving(); });
}

void Application::run(const Command& command) {
    using Kind = Command::Kind;
    switch (command.kind) {
    case Kind::open_path: open(command.side, command.text); break;
    case Kind::open_dialog:
        if (dialog_->available())
            dialog_->open({FileQuestion::Purpose::open_model, command.side, {}});
        else
            announce("No file dialog on this machine (zenity or kdialog): type a path, or drop files on the window");
        break;
    case Kind::cancel_load: engine_.cancel_load(command.side); break;
    case Kind::unload:
        engine_.unload(command.side);
        scene_.model[index(command.side)] = defaults_.model[index(command.side)] = "";
        ui_.path[index(command.side)].clear();
        break;
    case Kind::swap_models:
        engine_.swap();
        session_ = engine::with_sides_swapped(session_);
        std::swap(defaults_.model[0], defaults_.model[1]);
        std::swap(ui_.path[0], ui_.path[1]);
        std::swap(logged_model_[0], logged_model_[1]);
        std::swap(logged_error_[0], logged_error_[1]);
        break;
    case Kind::copy_a_to_b: copy_a_to_b(); break;
    case Kind::dismiss_error: engine_.dismiss_error(command.side); break;
    case Kind::save_picture: save_picture(); break;
    case Kind::save_window: window_capture_ = next_capture("window"); break;
    case Kind::save_spectra: save_spectra(command.text); break;
    case Kind::load_w: load_w(command.side, command.text); break;
    case Kind::load_mixed_w: load_mixed_w(command.text); break;
    case Kind::save_w: save_w(command.side, command.text); break;
    case Kind::find_directions:
        if (const auto model = engine_.loaded(command.side)) engine::find_principal_components(jobs_, model);
        break;
    case Kind::reset_layout: rebuild_layout_ = true; break;
    case Kind::toggle_theme:
        settings_.light = !settings_.light;
        apply_theme(settings_.light, scale_);
        break;
    case Kind::measure_gemm_rate: engine_.measure_gemm_rate(command.side); break;
    case Kind::set_cache_budget:
        settings_.cache_mb = std::clamp(std::atoi(command.text.c_str()), kLeastCacheMb, kMostCacheMb);
        apply_cache_budget();
        break;
    case Kind::set_device: {
        const auto choice = engine::with_device(device_, command.text);
        engine::check_device(system_, choice);
        device_ = choice;
        settings_.device.kind = choice.kind;
        settings_.device.index = choice.index;
        apply_device();
        break;
    }
    case Kind::set_precision:
        device_.precision = engine::parse_precision(command.text);
        settings_.device.precision = device_.precision;
        apply_device();
        break;
    case Kind::undo: step_back(); break;
    case Kind::redo: step_forward(); break;
    case Kind::new_session: new_session(); break;
    case Kind::open_session:
        if (command.text.empty())
            ask_for_session(FileQuestion::Purpose::open_session);
        else
            open_session(command.text);
        break;
    case Kind::save_session:
    case Kind::save_session_as:
        if (!command.text.empty())
            save_session_unless_there(command.text);
        else if (command.kind == Kind::save_session && !history_.file().empty())
            save_session(history_.file());
        else
            ask_for_session(FileQuestion::Purpose::save_session);
        break;
    case Kind::replace_session: save_session(command.text); break;
    case Kind::show_toast: toast(command.text); break;
    case Kind::copy_scene_text:
    case Kind::paste_scene:
    case Kind::open_scene_dialog:
    case Kind::copy_command_line:
    case Kind::add_bookmark:
    case Kind::update_bookmark:
    case Kind::go_to_bookmark: run_on_scene(command); break;
    case Kind::play_recipe: play_recipe(command.text); break;
    case Kind::open_recipe:
        if (!command.text.empty())
            play_recipe_file(command.text);
        else if (dialog_->available())
            dialog_->open({FileQuestion::Purpose::open_recipe, Side::a, {}});
        else
            ui_.recipes.ask_open = true;
        break;
    case Kind::save_recipe: save_recipe(); break;
    case Kind::recipe_dialog:
        if (dialog_->available())
            dialog_->open({FileQuestion::Purpose::save_recipe, Side::a, ui_.recipes.path});
        else
            announce("No file dialog on this machine (zenity or kdialog): type the file's path");
        break;
    case Kind::record_film: record_film(); break;
    case Kind::copy_film_command: copy_film_command(); break;
    case Kind::show_in_folder: show_in_folder(command.text); break;
    case Kind::quit: ask_to_quit(); break;
    case Kind::quit_keeping_film: quit_after_film(true); break;
    case Kind::quit_discarding_film: quit_after_film(false); break;
    }
}

void Application::apply_device() {
    ask_system(); // before the engine starts to test a GPU, which the report would wait for
    engine_.set_device(device_);
}

void Application::apply_cache_budget() { engine_.set_cache_budget(static_cast<std::size_t>(settings_.cache_mb) << 20); }

} // namespace unstuck::app
