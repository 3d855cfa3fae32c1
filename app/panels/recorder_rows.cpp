#include "app/film_setup.hpp"
#include "app/panels/recorder_panel.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>
#include <string_view>

namespace unstuck::app {

using engine::FilmLayout;
using io::VideoFormat;

namespace {

/// For people; a layout that has no such name yet shows the one that files have.
const char* layout_label(FilmLayout layout) {
    constexpr std::pair<std::string_view, const char*> labels[] = {
        {"a", "A alone"},         {"b", "B alone"},
        {"ab", "A | B"},          {"spectra", "A | B over spectra"},
        {"view", "the viewport"}, {"2x2", "A | B over stabilised"},
        {"cells", "cells"}};
    const char* name = engine::film_layout_name(layout);
    for (const auto& [key, label] : labels)
        if (key == name) return label;
    return name;
}

void motion_rows(PanelContext& c) {
    auto& state = c.ui.recorder;
    auto& choices = state.choices;
    constexpr const char* names[] = {"timeline", "animation"};
    int of = static_cast<int>(film_of(c.session, choices));
    const bool both = has_timeline(c.session) && engine::animated(c.scene);
    const char* why = both                      ? nullptr
                      : has_timeline(c.session) ? "The scene has no animation of its own: the film is of what is keyed"
                                                : "Nothing is keyed: the film is of the scene's own animation";
    if (choice_row("film of", "What moves: what is keyed on the timeline, or the scene's own animation", of, names, 2,
                   static_cast<int>(FilmOf::timeline), why))
        choices.of = static_cast<FilmOf>(of);
    const auto clock = film_clock(c.session, choices);
    int frames = clock.frames;
    const auto format = fmt::format("%d frames  {:.2f} s", clock.frames / clock.fps);
    if (int_row("length", "Number of frames; keyframes on the timeline move in proportion", frames, 1,
                engine::kMostFrames, 240, format.c_str()))
        set_film_frames(c.session, state, frames);
    double fps = clock.fps;
    if (drag_row("pace", "Frames per second; the film keeps its seconds", fps, 0.1, kLeastFps, engine::kMostFps, 30,
                 "%.4g /s"))
        set_film_fps(c.session, state, fps);
}

void size_rows(engine::FilmSpec& film) {
    struct Size {
        const char* name;
        int width, height;
    };
    constexpr Size sizes[] = {{"as the pictures", 0, 0}, {"1280 x 720", 1280, 720}, {"1920 x 1080", 1920, 1080}};
    constexpr int kCustom = 3;
    constexpr const char* names[] = {sizes[0].name, sizes[1].name, sizes[2].name, "other"};
    int chosen = kCustom;
    for (int i = 0; i < kCustom; ++i)
        if (film.width == sizes[i].width && film.height == sizes[i].height) chosen = i;
    if (choice_row("size", "Pictures are magnified by whole numbers, pixel by pixel, to what fits into it", chosen,
                   names, kCustom + 1, 0)) {
        film.width = chosen < kCustom ? sizes[chosen].width : 1024;
        film.height = chosen < kCustom ? sizes[chosen].height : 512;
    }
    if (chosen < kCustom) return;
    constexpr int kMostSide = 16384;
    int_row("width", "Of a frame, in pixels", film.width, 1, kMostSide, 1024, "%d px");
    int_row("height", "Of a frame, in pixels", film.height, 1, kMostSide, 512, "%d px");
}

/// Cells as text, like --layout has them; what is not understood leaves the film as it was and says why.
void cell_rows(PanelContext& c) {
    auto& film = c.session.film;
    auto& r = c.ui.recorder;
    if (film.cells.empty()) film.cells = engine::rows_of({});
    if (r.cells_error.empty()) r.cells = engine::film_rows_text(film.cells);
    if (text_row("cells",
                 "Rows of cells from the top, as in a,b/slit-scan-a,slit-scan-b: a, stabilised-a, spectrum-a, "
                 "slit-scan-a, average-a, error-a, ladder-a, the same with b, difference, wipe, eq",
                 r.cells, "a,b/slit-scan-a,slit-scan-b")) {
        r.cells_error.clear();
        try {
            film.cells = engine::parse_film_rows(r.cells);
        } catch (const std::invalid_argument& e) {
            r.cells_error = e.what();
        }
    }
    if (!r.cells_error.empty()) dim_text(r.cells_error.c_str());
}

/// What stands in lines beside the pictures.
void line_rows(engine::FilmSpec& film) {
    const engine::FilmSpec standard;
    check_row("captions", "A line above each picture: model and layer", film.captions, standard.captions);
    bool numbers = film.shows_numbers();
    if (check_row("numbers", "The frame's number in the upper right corner", numbers, film.captions))
        film.frame_numbers = numbers == film.captions ? std::nullopt : std::optional(numbers);
    check_row("legend", "A line at the bottom: who is A and B, and what colours stand for", film.legend,
              standard.legend);
    int_row(
        "samples",
        "EQ-T, EQ-R and the sticking index of so many latents, measured before the first frame, in a line below; 0: "
        "none",
        film.samples, 0, engine::kMostFilmSamples, standard.samples, film.samples == 0 ? "no numbers" : "%d");
}

void look_rows(PanelContext& c) {
    auto& film = c.session.film;
    const engine::FilmSpec standard;
    std::vector<const char*> names;
    int chosen = 0, usual = 0;
    const auto layouts = engine::film_layouts();
    for (const auto layout : layouts) {
        if (layout == film.layout) chosen = static_cast<int>(names.size());
        if (layout == standard.layout) usual = static_cast<int>(names.size());
        names.push_back(layout_label(layout));
    }
    if (choice_row("layout", "What a frame shows", chosen, names.data(), static_cast<int>(names.size()), usual))
        film.layout = layouts[static_cast<std::size_t>(chosen)];
    if (film.layout == FilmLayout::cells) cell_rows(c);
    size_rows(film);
    int_row("magnify", "Pictures are magnified this many times, pixel by pixel; 0: as often as they fit", film.scale, 0,
            engine::kMostFilmScale, standard.scale, film.scale == 0 ? "as it fits" : "%d times");
    line_rows(film);
}

void file_rows(PanelContext& c) {
    auto& state = c.ui.recorder;
    auto& choices = state.choices;
    const RecorderChoices standard;
    constexpr const char* names[] = {"H.264 (.mp4)", "FFV1, lossless (.mkv)", "PNG pictures", "WebP (.webp)",
                                     "GIF (.gif)"};
    int format = static_cast<int>(choices.format);
    if (choice_row("format",
                   "H.264 plays everywhere; FFV1 and PNG keep every pixel; WebP and GIF move in web pages. PNG alone "
                   "needs no ffmpeg.",
                   format, names, 5, static_cast<int>(standard.format)))
        choices.format = static_cast<VideoFormat>(format);
    if (choices.format == VideoFormat::h264) {
        int_row("quality", "H.264's constant rate factor (crf): 0 is lossless, 18 looks it, 51 is the worst",
                choices.crf, 0, 51, standard.crf, "crf %d");
        check_row("full colour", "Colours at full resolution (yuv444p): sharper edges, but fewer players take it",
                  choices.full_chroma, standard.full_chroma);
    }
    const char* hint = state.name.empty() ? "the next free number" : "";
    text_row("name", "Name of the film's file, without its ending; empty: film-00000 and so on", state.name, hint);
    text_row("folder", "Where films go; empty: where pictures are saved, too", choices.folder,
             c.settings.capture_folder.c_str());
}

} // namespace

std::array<int, 2> film_size(const PanelContext& c) {
    std::array<int, 2> resolution{};
    for (const auto side : engine::kSides)
        if (const auto& m = c.model[index(side)]) resolution[index(side)] = m->resolution;
    const auto grid = engine::film_grid(c.session.film, resolution, c.scene.view);
    return {grid.width(), grid.height()};
}

void draw_recorder_rows(PanelContext& c) {
    motion_rows(c);
    look_rows(c);
    file_rows(c);
}

} // namespace unstuck::app
