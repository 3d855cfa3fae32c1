#pragma once
#include "core/engine/canvas.hpp"
#include "core/engine/frame.hpp"

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::engine {

enum class FilmLayout {
    a,            ///< Model A's picture.
    b,            ///< Model B's.
    side_by_side, ///< A | B.
    spectra,      ///< A | B, and below each its spectrum. With one model: one column.
};

/// "a", "b", "ab" or "spectra"; none for another name.
std::optional<FilmLayout> parse_film_layout(const std::string& name);
const char* film_layout_name(FilmLayout layout);
std::vector<FilmLayout> film_layouts(); ///< All of them.

/// What a film's frames look like.
struct FilmSpec {
    FilmLayout layout = FilmLayout::side_by_side;
    int width = 0, height = 0; ///< Pixels; 0 and 0: each picture magnified by a whole number to at least 256 pixels.
    bool captions = false;     ///< A line above each picture: model, layer, and the frame's number.
    bool operator==(const FilmSpec&) const = default;
};

/// Where what lies in a film's frame. Columns are those of `sides`; the rows are pictures, and spectra where wanted.
struct FilmGrid {
    int width = 0, height = 0;
    std::vector<Side> sides;
    int rows = 1;
    int caption_height = 0; ///< 0: none.
    Box caption(int column, int row) const;
    Box picture(int column, int row) const;

  private:
    Box cell(int column, int row) const;
};

/// `resolution` of each model, 0 for one that is not there. Throws std::invalid_argument when the layout asks for a
/// model that is not there, or the size is too small for the pictures.
FilmGrid film_grid(const FilmSpec& spec, const std::array<int, 2>& resolution);

/// One frame, [grid.height, grid.width, 3] bytes. Both arrays have what grid.sides asks for. Each picture shows the
/// layer that the scene looks at, with the scene's gain, exposure and range of decibels.
std::vector<std::uint8_t> compose(const FilmGrid& grid, const Scene& scene,
                                  const std::array<std::shared_ptr<const ModelInfo>, 2>& models,
                                  const std::array<const Frame*, 2>& frames, int frame_number);

nlohmann::json to_json(const FilmSpec& spec);

/// Missing fields keep their defaults, unknown ones are ignored. Throws std::invalid_argument naming the field.
FilmSpec film_spec_from_json(const nlohmann::json& json);

} // namespace unstuck::engine
