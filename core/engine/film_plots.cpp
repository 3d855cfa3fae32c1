// Instruments in a film's frame that are no pictures: the error over the frames, the ladder.
#include "core/engine/film_painter.hpp"
#include "core/engine/ladder_tour.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::engine {

namespace {

constexpr double kPlotTop = 80; ///< dB; identical pictures lie on the upper edge.
constexpr Rgb kGridLine = {0x35, 0x37, 0x3b}, kHere = {0x2c, 0x30, 0x36};

int text_height(const Box& area) { return std::clamp(area.height / 14, 9, 34); }

} // namespace

void FilmPainter::eq_plot(const Box& area) {
    const int letters = text_height(area);
    const int left = Canvas::text_width("80 dB ", letters) + letters / 2;
    const Box plot{area.x + left, area.y + letters, area.width - left - letters, area.height - 3 * letters};
    if (plot.width < 8 || plot.height < 8) return;
    canvas_.fill(plot, kFilmRoom);
    for (int db = 0; db <= kPlotTop; db += 20) {
        const int y = plot.y + plot.height - static_cast<int>(std::lround(plot.height * db / kPlotTop));
        canvas_.fill({plot.x, y, plot.width, 1}, kGridLine);
        canvas_.text(std::to_string(db) + " dB ", {area.x, y - letters / 2, left, letters}, kFilmDim, true);
    }
    const int below = plot.y + plot.height + letters / 3;
    canvas_.text("0", {plot.x, below, plot.width, letters}, kFilmDim);
    canvas_.text(std::to_string(m_.frames - 1), {plot.x, below, plot.width, letters}, kFilmDim, true);
    const int middle = (plot.width - Canvas::text_width("frame", letters)) / 2;
    canvas_.text("frame", {plot.x + middle, below, plot.width - middle, letters}, kFilmDim);
    std::vector<TextRun> legend;
    for (const auto at : grid_.sides) {
        eq_curve(at, plot);
        const auto* error = m_.sides[index(at)].error;
        legend.push_back(
            {std::string(legend.empty() ? "" : "    ") + (at == Side::a ? "A " : "B "), kFilmSides[index(at)]});
        legend.push_back(
            {error && !std::isnan(error->db) ? error->metric + " " + number_text(error->db, 1) + " dB" : "not moved"});
    }
    draw_runs(canvas_, std::move(legend), {plot.x + letters / 2, plot.y + letters / 4, plot.width - letters, letters});
}

/// A's is solid, B's dashed.
void FilmPainter::eq_curve(Side at, const Box& plot) {
    const auto& db = m_.sides[index(at)].history->errors_db;
    const double width = std::max(plot.height / 120.0, 1.5), dash = 6 * width;
    const double last = std::max(m_.frames - 1, 1);
    const auto x = [&](std::size_t i) { return plot.x + plot.width * static_cast<double>(i) / last; };
    const auto y = [&](std::size_t i) {
        const double share = std::clamp(static_cast<double>(db[i]) / kPlotTop, 0.0, 1.0);
        return plot.y + plot.height * (1 - share);
    };
    double along = 0;
    for (std::size_t i = 0; i < db.size(); ++i) {
        if (std::isnan(db[i])) continue;
        const std::size_t from = i > 0 && !std::isnan(db[i - 1]) ? i - 1 : i;
        const double dx = x(i) - x(from), dy = y(i) - y(from), length = std::hypot(dx, dy);
        const int parts = at == Side::a ? 1 : std::max(static_cast<int>(std::ceil(length / (dash / 4))), 1);
        for (int part = 0; part < parts; ++part) {
            const double t0 = static_cast<double>(part) / parts, t1 = static_cast<double>(part + 1) / parts;
            const bool gap = at == Side::b && std::fmod(along + t0 * length, dash) > dash * 0.6;
            if (gap) continue;
            canvas_.line(x(from) + t0 * dx, y(from) + t0 * dy, x(from) + t1 * dx, y(from) + t1 * dy, width,
                         kFilmSides[index(at)]);
        }
        along += length;
    }
}

void FilmPainter::ladder(const FilmCell& cell, const Box& area) {
    const auto& s = side(cell);
    const auto steps = model::aliasing_ladder(s.info->sampling);
    if (steps.empty()) return say("no ladder: it takes back an alias-free network's measures", area);
    const auto here = ladder_place(s.info->sampling, m_.scene.edits[index(cell.side)]);
    const int lines = static_cast<int>(steps.size()) + 3;
    const int height = std::min(area.height / lines, area.width / 14), space = height / 3;
    const Box table{area.x + space, area.y + (area.height - height * lines) / 2, area.width - 2 * space,
                    height * lines};
    const int names = table.width * 40 / 100, column = (table.width - names) / 5;
    const auto cell_at = [&](int line, int c, int count) {
        return Box{table.x + names + c * column, table.y + line * height, count * column, height};
    };
    draw_fitting(canvas_, "published, FFHQ-U 256", cell_at(0, 0, 2), kFilmDim, true);
    draw_fitting(canvas_, "measured, this model", cell_at(0, 2, 3), kFilmSides[index(cell.side)], true);
    constexpr std::array kHeads = {"EQ-T", "EQ-R", "EQ-T frac", "EQ-R", "sticking"};
    const auto padded = [&](Box box) {
        box.x += space;
        box.width -= space;
        return box;
    };
    for (int c = 0; c < 5; ++c)
        draw_fitting(canvas_, kHeads[static_cast<std::size_t>(c)], padded(cell_at(1, c, 1)), kFilmDim, true);
    for (int i = 0; i < static_cast<int>(steps.size()); ++i) {
        const auto& step = steps[static_cast<std::size_t>(i)];
        const bool now = here && here->step == i;
        const int y = table.y + (i + 2) * height;
        if (now) {
            canvas_.fill({area.x, y, area.width, height}, kHere);
            canvas_.fill({area.x, y, std::max(space / 2, 2), height}, kFilmSides[index(cell.side)]);
        }
        const Rgb colour = now ? kFilmText : kFilmDim;
        draw_fitting(canvas_, std::to_string(i) + "  " + (i > 1 ? "+ " : "") + step.name, {table.x, y, names, height},
                     colour);
        const auto* n = numbers_of(s, step.edits);
        const std::array<std::string, 5> values = {
            number_text(step.published.eqt_db, 1), number_text(step.published.eqr_db, 1),
            number_text(n ? n->eqt_fractional_db : std::nullopt, 1), number_text(n ? n->eqr_db : std::nullopt, 1),
            number_text(n ? n->sticking : std::nullopt, 3)};
        for (int c = 0; c < 5; ++c)
            draw_fitting(canvas_, values[static_cast<std::size_t>(c)], padded(cell_at(i + 2, c, 1)), colour, true);
    }
    draw_fitting(canvas_, "EQ in dB; published: networks trained with these measures only",
                 {table.x, table.y + (lines - 1) * height, table.width, height}, kFilmDim);
}

} // namespace unstuck::engine
