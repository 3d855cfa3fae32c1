#include "core/engine/film.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

using nlohmann::json;

namespace {

constexpr std::array kLayoutNames = {"a", "b", "ab", "spectra"};
constexpr int kMostSide = 16384;
constexpr Rgb kBackground = {0x13, 0x14, 0x16}, kText = {0xe8, 0xea, 0xed}, kDim = {0x9a, 0xa0, 0xa6};
constexpr std::array<Rgb, 2> kSideColours = {{{0xe0, 0x63, 0x3a}, {0x2a, 0xa1, 0x98}}};

std::vector<Side> sides_of(FilmLayout layout, const std::array<int, 2>& resolution) {
    std::vector<Side> sides;
    const bool both = layout == FilmLayout::side_by_side || layout == FilmLayout::spectra;
    for (const auto side : kSides) {
        const bool asked = both || layout == (side == Side::a ? FilmLayout::a : FilmLayout::b);
        const bool there = resolution[index(side)] > 0;
        if (asked && there) sides.push_back(side);
        if (asked && !there && layout != FilmLayout::spectra)
            throw std::invalid_argument(std::string("film layout '") + film_layout_name(layout) +
                                        "': there is no model " + (side == Side::a ? "A" : "B"));
    }
    if (sides.empty()) throw std::invalid_argument("film layout 'spectra': there is no model");
    return sides;
}

/// High enough to be read, and even, as films like it.
int caption_height_for(int picture_side) { return std::max(picture_side / 24, 10) * 2; }

/// The layer first: where there is little room, the end is cut.
std::string caption_of(const ModelInfo& info, const Frame& frame) {
    return (frame.layer_name == "output" ? "" : frame.layer_name + ", ") + info.title;
}

std::string spectrum_caption(const Scene& scene) {
    const auto text = [](double db) { return std::to_string(std::lround(db)); };
    return "spectrum, " + text(scene.spectrum.low_db) + " to " + text(scene.spectrum.high_db) +
           (scene.spectrum.relative ? " dB rel. mean" : " dB");
}

Tone tone_of(const Scene& scene, const Frame& frame) {
    Tone tone;
    tone.exposure_stops = scene.view.exposure;
    const double gain = std::pow(10.0, scene.layer.gain_db / 20);
    for (std::size_t i = 0; i < 3; ++i) {
        tone.gain[i] = gain;
        if (scene.layer.normalize && i < frame.channel_max_abs.size())
            tone.gain[i] = frame.channel_max_abs[i] > 0 ? gain / frame.channel_max_abs[i] : 0;
    }
    return tone;
}

} // namespace

std::optional<FilmLayout> parse_film_layout(const std::string& name) {
    for (std::size_t i = 0; i < kLayoutNames.size(); ++i)
        if (name == kLayoutNames[i]) return static_cast<FilmLayout>(i);
    return std::nullopt;
}

const char* film_layout_name(FilmLayout layout) { return kLayoutNames[static_cast<std::size_t>(layout)]; }

std::vector<FilmLayout> film_layouts() {
    std::vector<FilmLayout> all;
    for (std::size_t i = 0; i < kLayoutNames.size(); ++i) all.push_back(static_cast<FilmLayout>(i));
    return all;
}

Box FilmGrid::cell(int column, int row) const {
    const int columns = static_cast<int>(sides.size()), w = width / columns, h = height / rows;
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

FilmGrid film_grid(const FilmSpec& spec, const std::array<int, 2>& resolution) {
    FilmGrid grid;
    grid.sides = sides_of(spec.layout, resolution);
    grid.rows = spec.layout == FilmLayout::spectra ? 2 : 1;
    int largest = 0;
    for (const auto side : grid.sides) largest = std::max(largest, resolution[index(side)]);
    const int columns = static_cast<int>(grid.sides.size());
    if (spec.width == 0 && spec.height == 0) {
        constexpr int kLeast = 256;
        const int picture = largest * std::max((kLeast + largest - 1) / largest, 1);
        grid.caption_height = spec.captions ? caption_height_for(picture) : 0;
        grid.width = picture * columns;
        grid.height = (picture + grid.caption_height) * grid.rows;
        return grid;
    }
    grid.width = spec.width;
    grid.height = spec.height;
    const int side = std::min(spec.width / columns, spec.height / grid.rows);
    grid.caption_height = spec.captions ? caption_height_for(side) : 0;
    if (const auto box = grid.picture(0, 0); box.width < largest || box.height < largest)
        throw std::invalid_argument("film size " + std::to_string(spec.width) + "x" + std::to_string(spec.height) +
                                    ": this layout needs at least " + std::to_string(largest * columns) + "x" +
                                    std::to_string((largest + grid.caption_height) * grid.rows));
    if (spec.width > kMostSide || spec.height > kMostSide)
        throw std::invalid_argument("film size: at most 16384 pixels a side");
    return grid;
}

std::vector<std::uint8_t> compose(const FilmGrid& grid, const Scene& scene,
                                  const std::array<std::shared_ptr<const ModelInfo>, 2>& models,
                                  const std::array<const Frame*, 2>& frames, int frame_number) {
    Canvas canvas(grid.width, grid.height, kBackground);
    const int columns = static_cast<int>(grid.sides.size());
    for (int column = 0; column < columns; ++column) {
        const auto side = index(grid.sides[static_cast<std::size_t>(column)]);
        const auto& frame = *frames[side];
        canvas.draw(tone_mapped(frame.layer, tone_of(scene, frame)), grid.picture(column, 0));
        if (grid.rows > 1) {
            const double offset = scene.spectrum.relative ? frame.spectrum.mean_db : 0;
            canvas.draw(heat_map(frame.spectrum, scene.spectrum.low_db + offset, scene.spectrum.high_db + offset),
                        grid.picture(column, 1));
        }
        if (grid.caption_height == 0) continue;
        auto line = grid.caption(column, 0);
        const int space = line.height / 3;
        line.x += space;
        line.width -= 2 * space;
        if (column + 1 == columns) {
            const auto number = std::to_string(frame_number);
            canvas.text(number, line, kDim, true);
            line.width -= Canvas::text_width(number, line.height) + space;
        }
        const std::string letter = side == 0 ? "A" : "B";
        canvas.text(letter, line, kSideColours[side]);
        const int indent = Canvas::text_width(letter, line.height) + space;
        line.x += indent;
        line.width -= indent;
        canvas.text(caption_of(*models[side], frame), line, kText);
        if (grid.rows == 1) continue;
        line = grid.caption(column, 1);
        line.x += space;
        line.width -= 2 * space;
        canvas.text(spectrum_caption(scene), line, kDim);
    }
    return canvas.rgb();
}

json to_json(const FilmSpec& spec) {
    return {{"layout", film_layout_name(spec.layout)},
            {"width", spec.width},
            {"height", spec.height},
            {"captions", spec.captions}};
}

FilmSpec film_spec_from_json(const json& j) {
    const auto refuse = [](const char* field, const char* expected) {
        throw std::invalid_argument(std::string("film field '") + field + "': expected " + expected);
    };
    if (!j.is_object()) throw std::invalid_argument("film: expected an object");
    FilmSpec spec;
    if (const auto layout = j.find("layout"); layout != j.end()) {
        const auto found = layout->is_string() ? parse_film_layout(layout->get<std::string>()) : std::nullopt;
        if (!found) refuse("layout", "a, b, ab or spectra");
        spec.layout = *found;
    }
    for (const auto& [name, value] : {std::pair{"width", &spec.width}, {"height", &spec.height}}) {
        const auto side = j.find(name);
        if (side == j.end()) continue;
        if (!side->is_number_integer() || *side < 0 || *side > kMostSide) refuse(name, "0 to 16384 pixels");
        *value = side->get<int>();
    }
    if ((spec.width == 0) != (spec.height == 0)) refuse("height", "a width and a height, or neither");
    if (const auto captions = j.find("captions"); captions != j.end()) {
        if (!captions->is_boolean()) refuse("captions", "true or false");
        spec.captions = captions->get<bool>();
    }
    return spec;
}

} // namespace unstuck::engine
