#include "app/film_setup.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>

namespace unstuck::app {

namespace fs = std::filesystem;

bool has_timeline(const engine::Session& session) { return !session.motion.tracks.empty() || !session.ready.empty(); }

FilmOf film_of(const engine::Session& session, const RecorderChoices& choices) {
    if (!has_timeline(session)) return FilmOf::animation;
    return engine::animated(session.scene) ? choices.of : FilmOf::timeline;
}

std::string why_nothing_moves(const engine::Session& session) {
    if (has_timeline(session) || engine::animated(session.scene)) return {};
    return "Nothing moves yet: animate something in the Latent or Transform panel, key it on the timeline, or take a "
           "recipe.";
}

engine::Clock film_clock(const engine::Session& session, const RecorderChoices& choices) {
    if (film_of(session, choices) == FilmOf::animation) return choices.clock;
    return {session.motion.fps, session.motion.frames};
}

namespace {

/// The animation's film as a motion without keyframes.
engine::Motion motion_of(const engine::Clock& clock) { return {clock.fps, clock.frames, true, {}}; }

} // namespace

void set_film_frames(engine::Session& session, RecorderState& state, int frames) {
    frames = std::clamp(frames, 1, engine::kMostFrames);
    auto& clock = state.choices.clock;
    if (film_of(session, state.choices) == FilmOf::animation)
        clock.frames = state.clock.resized(motion_of(clock), frames).frames;
    else
        session.motion = state.length.resized(session.motion, frames);
}

void set_film_fps(engine::Session& session, RecorderState& state, double fps) {
    auto& clock = state.choices.clock;
    if (film_of(session, state.choices) == FilmOf::animation)
        clock = {fps, state.clock.repaced(motion_of(clock), fps).frames};
    else
        session.motion = state.length.repaced(session.motion, fps);
}

engine::FilmRequest film_request(const engine::Session& session, const RecorderState& state) {
    engine::FilmRequest r;
    r.scene = session.scene;
    r.film = session.film;
    const auto& choices = state.choices;
    if (film_of(session, choices) == FilmOf::animation)
        r.motion = motion_of(film_clock(session, choices));
    else {
        r.motion = session.motion;
        r.ready = session.ready;
    }
    r.video.path = state.target.path;
    r.video.format = choices.format;
    r.video.crf = choices.crf;
    r.video.full_chroma = choices.full_chroma;
    // Pictures are gone on with instead; a numbered film is always new.
    r.video.overwrite = state.replace && !state.name.empty() && choices.format != io::VideoFormat::png;
    return r;
}

FilmTarget film_target(const RecorderState& state, const std::string& captures) {
    const fs::path folder = state.choices.folder.empty() ? captures : state.choices.folder;
    const auto path_of = [&](const std::string& name) {
        return (folder / (name + io::video_ending(state.choices.format))).string();
    };
    const auto taken = [](const std::string& path) {
        std::error_code unknown;
        return fs::exists(path, unknown) || fs::exists(path + ".json", unknown);
    };
    FilmTarget target;
    if (state.name.empty()) {
        constexpr int kMost = 100000;
        for (int i = 0; i < kMost; ++i)
            if (target.path = path_of(fmt::format("film-{:05d}", i)); !taken(target.path)) break;
    } else
        target.path = path_of(state.name);
    target.taken = taken(target.path);
    std::error_code unknown;
    // The captures' folder is made when it is needed; what the user typed should be there.
    target.folder_there = state.choices.folder.empty() || fs::is_directory(folder, unknown);
    for (auto existing = fs::absolute(folder, unknown); !existing.empty(); existing = existing.parent_path()) {
        const auto space = fs::space(existing, unknown);
        if (!unknown) target.free_mb = space.available / 1'000'000;
        if (!unknown || existing == existing.parent_path()) break;
    }
    return target;
}

void look_at_target(RecorderState& state, const std::string& folder) {
    auto target = film_target(state, folder);
    if (target.path != state.target.path) state.replace = false;
    state.target = std::move(target);
}

namespace {

std::string quoted(const std::string& text) {
    if (!text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                                "_-./:,=+@%") == text.npos)
        return text;
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

} // namespace

std::string film_command(const std::string& request_file, const std::string& out, const engine::DeviceChoice& device) {
    const engine::DeviceChoice automatic;
    auto text = fmt::format("unstuck record --from {} --out {}", quoted(request_file), quoted(out));
    if (const auto name = engine::device_text(device); name != engine::device_text(automatic))
        text += " --device " + name;
    if (device.precision != automatic.precision) text += " --precision " + engine::precision_text(device.precision);
    return text;
}

std::string bytes_text(std::uint64_t bytes) {
    const auto size = static_cast<double>(bytes);
    if (size < 1e6) return fmt::format("{:.0f} kB", size / 1e3);
    if (size < 1e9) return fmt::format("{:.1f} MB", size / 1e6);
    return fmt::format("{:.1f} GB", size / 1e9);
}

std::string duration_text(double seconds) {
    const auto s = static_cast<long long>(std::ceil(std::max(seconds, 0.0)));
    if (s < 3600) return fmt::format("{}:{:02d}", s / 60, s % 60);
    return fmt::format("{}:{:02d}:{:02d}", s / 3600, s / 60 % 60, s % 60);
}

} // namespace unstuck::app
