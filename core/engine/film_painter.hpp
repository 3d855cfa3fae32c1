#pragma once
#include "core/engine/film.hpp"
#include "core/engine/film_text.hpp"

#include <variant>

namespace unstuck::engine {

/// Draws the parts of a film's frame. Internal to compose().
class FilmPainter {
  public:
    FilmPainter(Canvas& canvas, const FilmGrid& grid, const FilmMoment& moment)
        : canvas_(canvas), grid_(grid), m_(moment) {}

    void draw(const FilmCell& cell, const Box& area);
    void caption(const FilmCell& cell, Box line, bool with_number);
    void frame_number(); ///< Over the picture in the upper right corner.
    void numbers(const Box& line);
    void legend(const Box& line);

  private:
    const FilmSide& side(const FilmCell& cell) const { return m_.sides[index(cell.side)]; }

    void picture(const Raster& picture, const Box& area);
    void wipe(const Box& area);
    void difference(const Box& area);
    void slit_scan(const SideHistory& history, const Box& area);
    void eq_plot(const Box& area);
    void eq_curve(Side side, const Box& plot);
    void ladder(const FilmCell& cell, const Box& area);
    void say(const std::string& text, const Box& area);
    std::vector<TextRun> caption_runs(const FilmCell& cell) const;

    Canvas& canvas_;
    const FilmGrid& grid_;
    const FilmMoment& m_;
};

/// As the scene shows the layer looked at.
Raster shown_picture(const Scene& scene, const Frame& frame, const Image& image);

/// The difference that has the map's last colour, in the pictures' own numbers.
double difference_full_scale(const Scene& scene);

/// B - A through the diverging map, or a sentence why there is none.
std::variant<Raster, std::string> difference_picture(const Scene& scene, const Frame& a, const Frame& b);

/// Signed numbers through the diverging map, one per pixel as the scene says.
Raster signed_picture(const Scene& scene, const Image& image);

/// Pixel rows that a slit-scan gives to each frame, and how many frames fit.
struct SlitRows {
    int thickness = 1, shown = 1;
};
SlitRows slit_rows(int frames, int height);

} // namespace unstuck::engine
