#pragma once
#include "core/engine/film_moment.hpp"
#include "core/engine/film_spec.hpp"

#include <array>
#include <vector>

namespace unstuck::engine {

/// Where what lies in a film's frame.
struct FilmGrid {
    FilmSpec spec; ///< With its width and height.
    FilmRows rows;
    std::vector<Side> sides;                                       ///< Whose models the cells need.
    int caption_height = 0, numbers_height = 0, legend_height = 0; ///< 0: none.
    int width() const { return spec.width; }
    int height() const { return spec.height; }
    Box caption(int column, int row) const;
    Box picture(int column, int row) const;
    Box numbers() const; ///< The lines at the bottom, over the whole width.
    Box legend() const;

  private:
    Box cell(int column, int row) const;
};

/// `resolution` of each model, 0 for one that is not there; `view`: of the scene, for FilmLayout::view. Throws
/// std::invalid_argument when the layout asks for a model that is not there, or the size is too small for the pictures.
FilmGrid film_grid(const FilmSpec& spec, const std::array<int, 2>& resolution, const ViewState& view = {});

/// The sides that a spec's cells ask for, whatever models there are.
std::array<bool, 2> sides_asked(const FilmSpec& spec, const ViewState& view = {});

/// One frame, [height, width, 3] bytes. Each side has what its cells ask for. Pictures are of the layer that the scene
/// looks at, with the scene's gain, exposure and range of decibels.
std::vector<std::uint8_t> compose(const FilmGrid& grid, const FilmMoment& moment);

} // namespace unstuck::engine
