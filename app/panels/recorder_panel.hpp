#pragma once
#include "app/recorder.hpp"
#include "app/ui_state.hpp"
#include "app/window/raster_texture.hpp"

namespace unstuck::app {

/// What is filmed, how it looks and where it goes, row by row.
void draw_recorder_rows(PanelContext& c);

/// The film's size in pixels as the session asks for it, {width, height}. Throws std::invalid_argument saying why there
/// can be none.
std::array<int, 2> film_size(const PanelContext& c);

/// The Recorder tab: choices at the left, at the right the film that is being made, or was.
class RecorderPanel {
  public:
    void draw(PanelContext& c);

  private:
    void draw_picture(const Recorder::Status& film, float height);
    RasterTexture preview_;
};

} // namespace unstuck::app
