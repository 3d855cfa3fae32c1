#include "core/engine/film_spec.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

using nlohmann::json;

namespace {

constexpr std::array kLayoutNames = {"a", "b", "ab", "spectra", "view", "2x2", "cells"};
constexpr std::array kCellNames = {"",          "stabilised", "spectrum", "difference", "wipe",
                                   "slit-scan", "average",    "error",    "eq",         "ladder"};

using enum CellKind;

FilmRows pair_above(CellKind below) {
    return {{{picture, Side::a}, {picture, Side::b}}, {{below, Side::a}, {below, Side::b}}};
}

FilmRows rows_of(const ViewState& view) {
    switch (view.layout) {
    case Layout::side_by_side: return {{{picture, Side::a}, {picture, Side::b}}};
    case Layout::only_a: return {{{picture, Side::a}}};
    case Layout::only_b: return {{{picture, Side::b}}};
    case Layout::wipe: return {{{wipe}}};
    case Layout::difference: return {{{difference}}};
    case Layout::grid: return pair_above(spectrum);
    }
    return {};
}

[[noreturn]] void refuse_cell(const std::string& name) {
    std::string all;
    for (std::size_t i = 0; i < kCellNames.size(); ++i) {
        const auto kind = static_cast<CellKind>(i);
        for (const auto side : kSides)
            if (side == Side::a || is_of_one_side(kind))
                all += (all.empty() ? "" : ", ") + film_cell_name({kind, side});
    }
    throw std::invalid_argument("film cell '" + name + "': expected one of " + all);
}

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> out(1);
    for (const char c : text) {
        if (c == at)
            out.emplace_back();
        else if (c != ' ')
            out.back() += c;
    }
    return out;
}

} // namespace

bool is_of_one_side(CellKind kind) { return kind != difference && kind != wipe && kind != eq; }

std::string film_cell_name(const FilmCell& cell) {
    const std::string kind = kCellNames[static_cast<std::size_t>(cell.kind)];
    if (!is_of_one_side(cell.kind)) return kind;
    return (kind.empty() ? "" : kind + "-") + (cell.side == Side::a ? "a" : "b");
}

std::optional<FilmCell> parse_film_cell(const std::string& name) {
    for (std::size_t i = 0; i < kCellNames.size(); ++i)
        for (const auto side : kSides)
            if (const FilmCell cell{static_cast<CellKind>(i), side}; name == film_cell_name(cell)) return cell;
    return std::nullopt;
}

FilmRows parse_film_rows(const std::string& text) {
    FilmRows rows;
    for (const auto& line : split(text, '/')) {
        rows.emplace_back();
        for (const auto& name : split(line, ',')) {
            const auto cell = parse_film_cell(name);
            if (!cell) refuse_cell(name);
            rows.back().push_back(*cell);
        }
    }
    return rows;
}

std::string film_rows_text(const FilmRows& rows) {
    std::string out;
    for (const auto& row : rows) {
        if (!out.empty()) out += "/";
        for (std::size_t i = 0; i < row.size(); ++i) out += (i ? "," : "") + film_cell_name(row[i]);
    }
    return out;
}

std::optional<FilmLayout> parse_film_layout(const std::string& name) {
    for (std::size_t i = 0; i < kLayoutNames.size(); ++i)
        if (name == kLayoutNames[i]) return static_cast<FilmLayout>(i);
    return std::nullopt;
}

const char* film_layout_name(FilmLayout layout) { return kLayoutNames[static_cast<std::size_t>(layout)]; }

FilmRows rows_of(const FilmSpec& spec, const ViewState& view) {
    switch (spec.layout) {
    case FilmLayout::a: return {{{picture, Side::a}}};
    case FilmLayout::b: return {{{picture, Side::b}}};
    case FilmLayout::side_by_side: return {{{picture, Side::a}, {picture, Side::b}}};
    case FilmLayout::spectra: return pair_above(spectrum);
    case FilmLayout::view: return rows_of(view);
    case FilmLayout::two_by_two: return pair_above(stabilised);
    case FilmLayout::cells: return spec.cells;
    }
    return {};
}

FilmSpec of_one_side(const FilmSpec& spec, Side side) {
    auto out = spec;
    if (spec.layout == FilmLayout::a || spec.layout == FilmLayout::b || spec.layout == FilmLayout::side_by_side)
        out.layout = side == Side::a ? FilmLayout::a : FilmLayout::b;
    if (spec.layout != FilmLayout::cells) return out;
    const auto is_here = [&](const FilmCell& c) { return is_of_one_side(c.kind) && c.side == side; };
    const bool any = std::any_of(out.cells.begin(), out.cells.end(),
                                 [&](const auto& row) { return std::any_of(row.begin(), row.end(), is_here); });
    for (auto& row : out.cells)
        for (auto& cell : row)
            if (!any) cell.side = side;
    for (auto& row : out.cells)
        std::erase_if(row, [&](const FilmCell& c) { return is_of_one_side(c.kind) ? c.side != side : c.kind != eq; });
    std::erase_if(out.cells, [](const auto& row) { return row.empty(); });
    if (out.cells.empty())
        throw std::invalid_argument("film cells " + film_rows_text(spec.cells) + ": all of them need model " +
                                    (side == Side::a ? "B" : "A"));
    return out;
}

json to_json(const FilmSpec& spec) {
    json out = {{"layout", film_layout_name(spec.layout)},
                {"width", spec.width},
                {"height", spec.height},
                {"captions", spec.captions}};
    // What is as ever is left out, so that a folder of pictures made before these fields can go on.
    const FilmSpec standard;
    if (spec.scale != standard.scale) out["scale"] = spec.scale;
    if (spec.legend) out["legend"] = true;
    if (spec.samples != standard.samples) out["samples"] = spec.samples;
    if (spec.slit != standard.slit) out["slit"] = spec.slit;
    if (spec.frame_numbers) out["frame_numbers"] = *spec.frame_numbers;
    for (const auto& row : spec.cells) {
        auto names = json::array();
        for (const auto& cell : row) names.push_back(film_cell_name(cell));
        out["cells"].push_back(std::move(names));
    }
    return out;
}

namespace {

[[noreturn]] void refuse(const std::string& field, const char* expected) {
    throw std::invalid_argument("film field '" + field + "': expected " + expected);
}

void read(const json& j, const char* name, int& value, int most, const char* expected) {
    const auto found = j.find(name);
    if (found == j.end()) return;
    if (!found->is_number_integer() || *found < 0 || *found > most) refuse(name, expected);
    value = found->get<int>();
}

template <class Switch>
void read_switch(const json& j, const char* name, Switch& value) {
    const auto found = j.find(name);
    if (found == j.end()) return;
    if (!found->is_boolean()) refuse(name, "true or false");
    value = found->template get<bool>();
}

FilmRows read_cells(const json& j) {
    constexpr const char* kExpected = "rows of cells, as in [[\"a\", \"b\"], [\"difference\"]]";
    FilmRows rows;
    if (!j.is_array() || j.empty()) refuse("cells", kExpected);
    for (const auto& row : j) {
        if (!row.is_array() || row.empty()) refuse("cells", kExpected);
        rows.emplace_back();
        for (const auto& name : row) {
            if (!name.is_string()) refuse("cells", kExpected);
            const auto cell = parse_film_cell(name.get<std::string>());
            if (!cell) refuse_cell(name.get<std::string>());
            rows.back().push_back(*cell);
        }
    }
    return rows;
}

} // namespace

FilmSpec film_spec_from_json(const json& j) {
    if (!j.is_object()) throw std::invalid_argument("film: expected an object");
    FilmSpec spec;
    if (const auto layout = j.find("layout"); layout != j.end()) {
        const auto found = layout->is_string() ? parse_film_layout(layout->get<std::string>()) : std::nullopt;
        if (!found) refuse("layout", "a, b, ab, spectra, view, 2x2 or cells");
        spec.layout = *found;
    }
    if (const auto cells = j.find("cells"); cells != j.end()) {
        spec.cells = read_cells(*cells);
        if (!j.contains("layout")) spec.layout = FilmLayout::cells;
    }
    if (spec.layout == FilmLayout::cells && spec.cells.empty()) refuse("cells", "rows of cells for this layout");
    read(j, "width", spec.width, kMostFilmSide, "0 to 16384 pixels");
    read(j, "height", spec.height, kMostFilmSide, "0 to 16384 pixels");
    if ((spec.width == 0) != (spec.height == 0)) refuse("height", "a width and a height, or neither");
    read(j, "scale", spec.scale, kMostFilmScale, "a whole number from 1 to 64, or 0");
    read(j, "samples", spec.samples, kMostFilmSamples, "0 to 1000 samples");
    read_switch(j, "captions", spec.captions);
    read_switch(j, "frame_numbers", spec.frame_numbers);
    read_switch(j, "legend", spec.legend);
    if (const auto slit = j.find("slit"); slit != j.end()) {
        if (!slit->is_number() || !(slit->get<double>() >= 0 && slit->get<double>() <= 1)) refuse("slit", "0 to 1");
        spec.slit = slit->get<double>();
    }
    return spec;
}

} // namespace unstuck::engine
