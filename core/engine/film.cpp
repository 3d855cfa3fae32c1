#include "core/engine/film.hpp"

#include "core/engine/film_painter.hpp"

#include <algorithm>
#include <stdexcept>

namespace unstuck::engine {

namespace {

/// Which models a cell needs; `eq` takes those there are.
std::array<bool, 2> needs(const FilmCell& cell) {
    if (!is_of_one_side(cell.kind)) return {true, true};
    return {cell.side == Side::a, cell.side == Side::b};
}

/// The rows with what is there. Layouts that come with a column per model leave a missing one out.
FilmRows cells_there(const FilmSpec& spec, const ViewState& view, const std::array<int, 2>& resolution) {
    auto rows = rows_of(spec, view);
    const bool column_each = spec.layout == FilmLayout::spectra || spec.layout == FilmLayout::two_by_two ||
                             (spec.layout == FilmLayout::view && view.layout == Layout::grid);
    const auto there = [&](const FilmCell& cell, Side side) {
        return !needs(cell)[index(side)] || resolution[index(side)] > 0;
    };
    for (auto& row : rows) {
        if (column_each)
            std::erase_if(row, [&](const FilmCell& c) { return !there(c, Side::a) || !there(c, Side::b); });
        for (const auto& cell : row)
            for (const auto side : kSides) {
                const bool other = resolution[1 - index(side)] > 0;
                if (there(cell, side) || (cell.kind == CellKind::eq && other)) continue;
                throw std::invalid_argument(std::string("film layout '") + film_layout_name(spec.layout) + "', cell '" +
                                            film_cell_name(cell) + "': there is no model " +
                                            (side == Side::a ? "A" : "B"));
            }
    }
    std::erase_if(rows, [](const auto& row) { return row.empty(); });
    if (rows.empty())
        throw std::invalid_argument(std::string("film layout '") + film_layout_name(spec.layout) +
                                    "': there is no model");
    return rows;
}

std::vector<Side> sides_of(const FilmRows& rows, const std::array<int, 2>& resolution) {
    std::array<bool, 2> asked{};
    for (const auto& row : rows)
        for (const auto& cell : row)
            for (std::size_t i = 0; i < 2; ++i) asked[i] |= needs(cell)[i] && resolution[i] > 0;
    std::vector<Side> sides;
    for (const auto side : kSides)
        if (asked[index(side)]) sides.push_back(side);
    return sides;
}

/// High enough to be read, and even, as films like it.
int caption_height_for(int picture_side) { return std::max(picture_side / 24, 10) * 2; }
int line_height_for(int film_height) { return std::max(film_height / 72, 10) * 2; }

int most_columns(const FilmRows& rows) {
    std::size_t most = 1;
    for (const auto& row : rows) most = std::max(most, row.size());
    return static_cast<int>(most);
}

void set_lines(FilmGrid& grid, int film_height) {
    if (grid.spec.samples > 0) grid.numbers_height = line_height_for(film_height);
    if (grid.spec.legend) grid.legend_height = line_height_for(film_height);
}

std::string size_text(int width, int height) { return std::to_string(width) + "x" + std::to_string(height); }

} // namespace

std::array<bool, 2> sides_asked(const FilmSpec& spec, const ViewState& view) {
    std::array<bool, 2> asked{};
    for (const auto& row : rows_of(spec, view))
        for (const auto& cell : row)
            for (std::size_t i = 0; i < 2; ++i) asked[i] |= needs(cell)[i];
    return asked;
}

Box FilmGrid::cell(int column, int row) const {
    const int columns = static_cast<int>(rows[static_cast<std::size_t>(row)].size()), w = width() / columns,
              h = (height() - numbers_height - legend_height) / static_cast<int>(rows.size());
    return {column * w, row * h, w, h};
}

Box FilmGrid::caption(int column, int row) const {
    auto box = cell(column, row);
    box.height = caption_height;
    return box;
}

Box FilmGrid::picture(int column, int row) const {
    auto box = cell(column, row);
    box.y += caption_height;
    box.height -= caption_height;
    return box;
}

Box FilmGrid::numbers() const { return {0, height() - legend_height - numbers_height, width(), numbers_height}; }

Box FilmGrid::legend() const { return {0, height() - legend_height, width(), legend_height}; }

FilmGrid film_grid(const FilmSpec& spec, const std::array<int, 2>& resolution, const ViewState& view) {
    FilmGrid grid;
    grid.spec = spec;
    grid.rows = cells_there(spec, view, resolution);
    grid.sides = sides_of(grid.rows, resolution);
    int largest = 1;
    for (const auto side : grid.sides) largest = std::max(largest, resolution[index(side)]);
    const int columns = most_columns(grid.rows), count = static_cast<int>(grid.rows.size());
    constexpr int kLeast = 256;
    const int factor = spec.scale > 0 ? spec.scale : std::max((kLeast + largest - 1) / largest, 1);
    if (spec.width == 0 && spec.height == 0) {
        const int picture = largest * factor;
        grid.caption_height = spec.captions ? caption_height_for(picture) : 0;
        grid.spec.width = picture * columns;
        const int cells = (picture + grid.caption_height) * count;
        set_lines(grid, cells);
        grid.spec.height = cells + grid.numbers_height + grid.legend_height;
    } else {
        const int side = std::min(spec.width / columns, spec.height / count);
        grid.caption_height = spec.captions ? caption_height_for(side) : 0;
        set_lines(grid, spec.height);
        const int least = largest * std::max(spec.scale, 1);
        const auto box = grid.picture(0, 0);
        if (spec.width / columns < least || box.height < least)
            throw std::invalid_argument("film size " + size_text(spec.width, spec.height) +
                                        ": this layout needs at least " +
                                        size_text(least * columns, (least + grid.caption_height) * count +
                                                                       grid.numbers_height + grid.legend_height));
    }
    if (grid.width() > kMostFilmSide || grid.height() > kMostFilmSide)
        throw std::invalid_argument("film size " + size_text(grid.width(), grid.height()) +
                                    ": at most 16384 pixels a side");
    return grid;
}

std::vector<std::uint8_t> compose(const FilmGrid& grid, const FilmMoment& moment) {
    Canvas canvas(grid.width(), grid.height(), kFilmBackground);
    FilmPainter painter(canvas, grid, moment);
    for (std::size_t row = 0; row < grid.rows.size(); ++row)
        for (std::size_t column = 0; column < grid.rows[row].size(); ++column) {
            const auto& cell = grid.rows[row][column];
            const auto x = static_cast<int>(column), y = static_cast<int>(row);
            painter.draw(cell, grid.picture(x, y));
            if (grid.caption_height == 0) continue;
            const bool corner = row == 0 && column + 1 == grid.rows[row].size();
            painter.caption(cell, grid.caption(x, y), corner && grid.spec.shows_numbers());
        }
    if (grid.caption_height == 0 && grid.spec.shows_numbers()) painter.frame_number();
    if (grid.numbers_height > 0) painter.numbers(grid.numbers());
    if (grid.legend_height > 0) painter.legend(grid.legend());
    return canvas.rgb();
}

} // namespace unstuck::engine
