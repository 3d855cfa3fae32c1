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

namespace {

/// A table of the ladder's steps, cut into boxes: all lines of the same height, letters of one size.
struct LadderTable {
    static constexpr std::array kHeads = {"EQ-T", "EQ-R", "T frac", "EQ-R", "S"};
    static constexpr const char* kNote = "EQ in dB, S sticking. Published: FFHQ-U 256, trained so";
    Box area;
    int line = 1, letters = 1, names = 0;

    LadderTable(const std::vector<model::LadderStep>& steps, const Box& cell) {
        const int lines = static_cast<int>(steps.size()) + 3;
        line = std::max(std::min(cell.height / lines, cell.width / 14), 1);
        area = {cell.x + line / 3, cell.y + (cell.height - line * lines) / 2, cell.width - line * 2 / 3, line * lines};
        names = area.width * 44 / 100;
        std::vector<std::string> all;
        for (std::size_t i = 0; i < steps.size(); ++i) all.push_back(label(steps[i], static_cast<int>(i)));
        letters = fitting_height(all, line, names);
        letters = fitting_height({"0.000 ", "T frac "}, letters, (area.width - names) / 5);
    }
    static std::string label(const model::LadderStep& step, int i) {
        return std::to_string(i) + "  " + (i > 1 ? "+ " : "") + step.name;
    }
    /// `count` columns of numbers from `column` on; letters in the middle of the line.
    Box at(int row, int column, int count = 1) const {
        const int width = (area.width - names) / 5;
        return {area.x + names + column * width, area.y + row * line + (line - letters) / 2, count * width, letters};
    }
    Box name(int row) const { return {area.x, at(row, 0).y, names, letters}; }
};

} // namespace

void FilmPainter::ladder(const FilmCell& cell, const Box& area) {
    const auto& s = side(cell);
    const auto steps = model::aliasing_ladder(s.info->sampling);
    if (steps.empty()) return say("no ladder: it takes back an alias-free network's measures", area);
    const auto here = ladder_place(s.info->sampling, m_.scene.edits[index(cell.side)]);
    const LadderTable table(steps, area);
    const Rgb own = kFilmSides[index(cell.side)];
    draw_fitting(canvas_, "published", table.at(0, 0, 2), kFilmDim, true);
    draw_fitting(canvas_, "measured here", table.at(0, 2, 3), own, true);
    for (int c = 0; c < 5; ++c)
        draw_fitting(canvas_, LadderTable::kHeads[static_cast<std::size_t>(c)], table.at(1, c), kFilmDim, true);
    for (int i = 0; i < static_cast<int>(steps.size()); ++i) {
        const auto& step = steps[static_cast<std::size_t>(i)];
        const bool now = here && here->step == i;
        if (now) {
            const int y = table.area.y + (i + 2) * table.line;
            canvas_.fill({area.x, y, area.width, table.line}, kHere);
            canvas_.fill({area.x, y, std::max(table.line / 6, 2), table.line}, own);
        }
        const Rgb colour = now ? kFilmText : kFilmDim;
        draw_fitting(canvas_, LadderTable::label(step, i), table.name(i + 2), colour);
        const auto* n = numbers_of(s, step.edits);
        const std::array<std::string, 5> values = {
            number_text(step.published.eqt_db, 1), number_text(step.published.eqr_db, 1),
            number_text(n ? n->eqt_fractional_db : std::nullopt, 1), number_text(n ? n->eqr_db : std::nullopt, 1),
            number_text(n ? n->sticking : std::nullopt, 3)};
        for (int c = 0; c < 5; ++c)
            draw_fitting(canvas_, values[static_cast<std::size_t>(c)], table.at(i + 2, c), colour, true);
    }
    auto note = table.at(static_cast<int>(steps.size()) + 2, 0);
    note.x = table.area.x;
    note.width = table.area.width;
    draw_fitting(canvas_, LadderTable::kNote, note, kFilmDim);
}

} // namespace unstuck::engine
