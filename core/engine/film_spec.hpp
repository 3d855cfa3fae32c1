#pragma once
#include "core/engine/scene.hpp"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::engine {

/// What a part of a film's frame shows. All but `difference`, `wipe` and `eq` are of one side.
enum class CellKind {
    picture,    ///< The layer that the scene looks at, as the scene has it.
    stabilised, ///< The same moved back, whatever the scene says: what follows the content stands still.
    spectrum,   ///< Of all channels of that layer, in viridis.
    difference, ///< B - A through a diverging map, with the scene's gain.
    wipe,       ///< A to the left of the scene's bar, B to its right.
    slit_scan,  ///< One line of the picture, row n from frame n.
    average,    ///< The mean of the pictures so far.
    error,      ///< The picture of the moved input less the moved picture, through the same map.
    eq,         ///< What the error is in decibels, over the frames so far.
    ladder,     ///< The steps of the ladder: published and measured figures.
};

struct FilmCell {
    CellKind kind = CellKind::picture;
    Side side = Side::a;
    bool operator==(const FilmCell&) const = default;
};
using FilmRows = std::vector<std::vector<FilmCell>>; ///< From the top; those of a row share its width.

/// Whether a cell of this kind is of one side, and so has its letter in its name.
bool is_of_one_side(CellKind kind);

/// "a", "b", "stabilised-a", "spectrum-b", "difference", "wipe", "slit-scan-a", "average-a", "error-b", "eq",
/// "ladder-b"; none for another name.
std::optional<FilmCell> parse_film_cell(const std::string& name);
std::string film_cell_name(const FilmCell& cell);

/// Cells by name, separated by commas, rows by slashes: "a,b/slit-scan-a,slit-scan-b". Throws std::invalid_argument
/// naming the cell that is not known, and all that are.
FilmRows parse_film_rows(const std::string& text);
std::string film_rows_text(const FilmRows& rows);

/// Which cells there are. Files name the values, so new ones go to the end.
enum class FilmLayout {
    a,            ///< Model A's picture.
    b,            ///< Model B's.
    side_by_side, ///< A | B.
    spectra,      ///< A | B, and below each its spectrum. With one model: one column.
    view,         ///< As the scene's viewport has it, with its zoom and smoothing.
    two_by_two,   ///< A | B, and below each its stabilised picture. With one model: one column.
    cells,        ///< FilmSpec::cells.
};

/// "a", "b", "ab", "spectra", "view", "2x2" or "cells"; none for another name.
std::optional<FilmLayout> parse_film_layout(const std::string& name);
const char* film_layout_name(FilmLayout layout);

inline constexpr int kMostFilmSide = 16384, kMostFilmScale = 64, kMostFilmSamples = 1000;

/// What a film's frames look like.
struct FilmSpec {
    FilmLayout layout = FilmLayout::side_by_side;
    int width = 0, height = 0; ///< Pixels; 0 and 0: each picture magnified by a whole number to at least 256 pixels.
    bool captions = false;     ///< A line above each picture: model and layer.
    FilmRows cells;            ///< Of FilmLayout::cells; at least one.
    int scale = 0; ///< Magnification of pictures, 1 .. 64; 0: the largest that fits, without a size to 256 pixels.
    std::optional<bool> frame_numbers; ///< In the upper right corner; unset: where there are captions.
    bool legend = false;               ///< A line at the bottom: who is A and B, what colours stand for.
    int samples = 0;   ///< 1 .. 1000: EQ-T, EQ-R and sticking, measured before the first frame, in a line below.
    double slit = 0.5; ///< Which line a slit-scan takes, 0 .. 1 of the picture's height.
    bool operator==(const FilmSpec&) const = default;

    bool shows_numbers() const { return frame_numbers.value_or(captions); }
};

/// The cells of a spec's layout, whatever models there are. `view`: of the scene, for FilmLayout::view.
FilmRows rows_of(const FilmSpec& spec, const ViewState& view = {});

/// The same film of one model alone: without the cells that need the other side; where all of them are the other
/// side's, they become this one's. Throws std::invalid_argument when none are left.
FilmSpec of_one_side(const FilmSpec& spec, Side side);

nlohmann::json to_json(const FilmSpec& spec);

/// Missing fields keep their defaults, unknown ones are ignored. Throws std::invalid_argument naming the field.
FilmSpec film_spec_from_json(const nlohmann::json& json);

} // namespace unstuck::engine
