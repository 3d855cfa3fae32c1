#pragma once
#include "app/ui_state.hpp"
#include "app/window/thumbnail_atlas.hpp"

#include <imgui.h>

namespace unstuck::app {

/// The seed plane as thumbnails: pan, zoom, and go where one looks.
class LatentMapPanel {
  public:
    void draw(PanelContext& c);
    /// After all panels: a map that is not on the screen asks for nothing and keeps no textures.
    void end_frame(PanelContext& c);

    /// As last drawn, for tests.
    const MapPlacement& placement() const { return placement_; }
    const std::vector<latent::GridCell>& cells() const { return cells_; } ///< From the middle outwards.
    int pictures_drawn() const { return pictures_drawn_; }                ///< Of both halves where there are two.
    std::size_t texture_pages() const { return atlas_.pages(); }

  private:
    void draw_toolbar(PanelContext& c);
    void draw_progress(const PanelContext& c, const std::vector<engine::ThumbnailRequest>& requests) const;
    void draw_map(PanelContext& c);
    void draw_cells(PanelContext& c, const std::vector<engine::ThumbnailRequest>& requests, double step);
    bool draw_picture(PanelContext& c, const engine::ThumbnailLook& look, const latent::GridCell& cell, ImVec2 from,
                      ImVec2 to, float part_from, float part_to);
    void draw_hover(const PanelContext& c, double step) const;

    ThumbnailAtlas atlas_;
    MapPlacement placement_;
    std::vector<latent::GridCell> cells_;
    int pictures_drawn_ = 0;
    bool drawn_ = false; ///< In this frame. Of the panel itself: its textures depend on it.
};

} // namespace unstuck::app
