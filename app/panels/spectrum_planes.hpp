#pragma once
#include "app/ui_state.hpp"

namespace unstuck::app {

/// Each side's spectrum as a heat map over both frequency axes, in the scene's range of dB.
class SpectrumPlanes {
  public:
    SpectrumPlanes();
    /// A caption and a square below it, `size` points high altogether, at the cursor.
    void draw(PanelContext& c, engine::Side side, float size);
    /// The same in the middle of a cell, with the axes' unit and a scale of the colours. Where the heat map is, if
    /// there is one: x, y, width, height.
    std::optional<std::array<float, 4>> draw_with_scale(PanelContext& c, engine::Side side, float width, float height);

  private:
    std::array<float, 4> draw_square(PanelContext& c, engine::Side side, float size);
    FullscreenPass pass_;
    std::array<HeatmapCanvas, 2> planes_;
};

} // namespace unstuck::app
