// Captions, numbers and legend of a film's frame.
#include "core/engine/film_painter.hpp"
#include "core/engine/ladder_tour.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace unstuck::engine {

namespace {

std::string letter(Side side) { return side == Side::a ? "A" : "B"; }

std::string spectrum_caption(const Scene& scene) {
    const auto text = [](double db) { return std::to_string(std::lround(db)); };
    return "spectrum, " + text(scene.spectrum.low_db) + " to " + text(scene.spectrum.high_db) +
           (scene.spectrum.relative ? " dB rel. mean" : " dB");
}

/// The layer first: where there is little room, the end is cut.
std::string picture_caption(const ModelInfo& info, const Frame& frame) {
    return (frame.layer_name == "output" ? "" : frame.layer_name + ", ") + info.title;
}

std::string ladder_text(const ModelInfo& info, const model::Edits& edits) {
    if (edits.empty()) return "";
    const auto place = ladder_place(info.sampling, edits);
    return place ? ", step " + std::to_string(place->step) + ": " + place->of.name : ", edited";
}

std::string slit_caption(const Scene& scene) {
    return scene.transform.untransform ? "slit-scan, moved back: what wavers sticks to the screen"
                                       : "slit-scan: straight streaks stick to the screen";
}

std::string error_caption(const MoveError& error) {
    if (std::isnan(error.db)) return "error of the move";
    return "error of the move, " + error.metric + " " + number_text(error.db, 1) + " dB";
}

/// What the difference's map ends at: "0.25" or "0.0031".
std::string full_scale_text(const Scene& scene) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", difference_full_scale(scene));
    return text;
}

Box inner(Box line) {
    const int space = line.height / 3;
    line.x += space;
    line.width -= 2 * space;
    return line;
}

} // namespace

const ModelNumbers* numbers_of(const FilmSide& side, const model::Edits& edits) {
    if (!side.numbers) return nullptr;
    const auto found =
        std::find_if(side.numbers->begin(), side.numbers->end(), [&](const auto& n) { return n.edits == edits; });
    return found == side.numbers->end() ? nullptr : &*found;
}

std::vector<TextRun> FilmPainter::caption_runs(const FilmCell& cell) const {
    const auto& s = side(cell);
    const auto& edits = m_.scene.edits[index(cell.side)];
    switch (cell.kind) {
    case CellKind::picture: return {{picture_caption(*s.info, *s.frame) + ladder_text(*s.info, edits)}};
    case CellKind::stabilised: return {{"moved back, " + s.info->title, kFilmText}};
    case CellKind::spectrum: return {{spectrum_caption(m_.scene), kFilmDim}};
    case CellKind::slit_scan: return {{slit_caption(m_.scene), kFilmDim}};
    case CellKind::average:
        return {{"mean of " + std::to_string(s.history->pictures) + (s.history->pictures == 1 ? " frame" : " frames"),
                 kFilmDim}};
    case CellKind::error: return {{error_caption(*s.error), kFilmDim}};
    case CellKind::ladder: return {{"ladder from alias-free to aliased, " + s.info->title, kFilmText}};
    case CellKind::wipe:
        return {{"A", kFilmSides[0]},
                {"  " + m_.sides[0].info->title + "   "},
                {"B", kFilmSides[1]},
                {"  " + m_.sides[1].info->title}};
    case CellKind::difference:
        return {{"B", kFilmSides[1]},
                {" - ", kFilmText},
                {"A", kFilmSides[0]},
                {", colours from -" + full_scale_text(m_.scene) + " to +" + full_scale_text(m_.scene), kFilmDim}};
    case CellKind::eq: return {{"error of each frame's move, as EQ in dB", kFilmText}};
    }
    return {};
}

void FilmPainter::caption(const FilmCell& cell, Box line, bool with_number) {
    line = inner(line);
    const int space = line.height / 3;
    if (with_number) {
        const auto number = std::to_string(m_.number);
        canvas_.text(number, line, kFilmDim, true);
        line.width -= Canvas::text_width(number, line.height) + space;
    }
    // A spectrum stands below its picture, whose caption has the letter.
    if (is_of_one_side(cell.kind) && cell.kind != CellKind::spectrum) {
        canvas_.text(letter(cell.side), line, kFilmSides[index(cell.side)]);
        const int indent = Canvas::text_width(letter(cell.side), line.height) + space;
        line.x += indent;
        line.width -= indent;
    }
    draw_runs(canvas_, caption_runs(cell), line);
}

void FilmPainter::frame_number() {
    const auto text = std::to_string(m_.number);
    const auto area = grid_.picture(static_cast<int>(grid_.rows[0].size()) - 1, 0);
    const int height = std::max(area.height / 16, 12), width = Canvas::text_width(text, height) + height / 2;
    const Box box{area.x + area.width - width, area.y, width, height};
    canvas_.fill(box, kFilmBackground);
    canvas_.text(text, {box.x, box.y, box.width - height / 4, height}, kFilmText, true);
}

void FilmPainter::numbers(const Box& line) {
    const auto columns = static_cast<int>(grid_.sides.size());
    for (int i = 0; i < columns; ++i) {
        const auto at = grid_.sides[static_cast<std::size_t>(i)];
        const auto& edits = m_.scene.edits[index(at)];
        const Box area = inner({line.x + line.width * i / columns, line.y, line.width / columns, line.height});
        std::vector<TextRun> runs = {{letter(at), kFilmSides[index(at)]}};
        if (const auto* n = numbers_of(m_.sides[index(at)], edits)) {
            runs.insert(runs.end(), {{"   EQ-T frac ", kFilmDim},
                                     {number_text(n->eqt_fractional_db, 1) + " dB"},
                                     {"   EQ-R ", kFilmDim},
                                     {number_text(n->eqr_db, 1) + " dB"},
                                     {"   sticking ", kFilmDim},
                                     {number_text(n->sticking, 3)}});
        } else {
            runs.push_back({"   not measured with these edits", kFilmDim});
        }
        draw_runs(canvas_, std::move(runs), area);
    }
}

namespace {

/// A colour map with what its ends stand for.
struct ColourBar {
    std::string name, low, high;
    bool signed_map = false; ///< The diverging one; else viridis.
};

std::vector<ColourBar> bars_of(const FilmGrid& grid, const Scene& scene) {
    bool heat = false, signed_map = false;
    for (const auto& row : grid.rows)
        for (const auto& cell : row) {
            heat |= cell.kind == CellKind::spectrum;
            signed_map |= cell.kind == CellKind::difference || cell.kind == CellKind::error;
        }
    std::vector<ColourBar> out;
    const auto db = [&](double v) { return std::to_string(std::lround(v)); };
    if (heat)
        out.push_back({scene.spectrum.relative ? "power, dB rel. mean" : "power, dB", db(scene.spectrum.low_db),
                       db(scene.spectrum.high_db), false});
    if (signed_map) out.push_back({"difference", "-" + full_scale_text(scene), "+" + full_scale_text(scene), true});
    return out;
}

/// Name, low end, map and high end, at the right of the area; gives the width taken.
int draw_bar(Canvas& canvas, const ColourBar& bar, const Box& area) {
    const int height = area.height, map = 6 * height, space = height / 3;
    int right = area.x + area.width;
    const auto text = [&](const std::string& t, Rgb colour) {
        right -= Canvas::text_width(t, height);
        canvas.text(t, {std::max(right, area.x), area.y, area.x + area.width - right, height}, colour);
        right -= space;
    };
    text(bar.high, kFilmText);
    right -= map;
    for (int x = 0; x < map; ++x) {
        const double t = (x + 0.5) / map;
        canvas.fill({right + x, area.y + height / 4, 1, height / 2},
                    bar.signed_map ? difference_colour(2 * t - 1, 0, 0) : viridis(t));
    }
    right -= space;
    text(bar.low, kFilmText);
    text(bar.name, kFilmDim);
    return area.x + area.width - right;
}

} // namespace

void FilmPainter::legend(const Box& line) {
    auto area = inner(line);
    for (const auto& bar : bars_of(grid_, m_.scene)) {
        const int taken = draw_bar(canvas_, bar, area) + line.height;
        area.width -= taken;
    }
    std::vector<TextRun> runs;
    for (const auto at : grid_.sides) {
        runs.push_back({std::string(runs.empty() ? "" : "      ") + letter(at), kFilmSides[index(at)]});
        runs.push_back({"  " + m_.sides[index(at)].info->title});
    }
    draw_runs(canvas_, std::move(runs), area);
}

} // namespace unstuck::engine
