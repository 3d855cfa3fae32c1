#pragma once
#include "app/ui_state.hpp"
#include "app/window/picture_view.hpp"

namespace unstuck::app {

struct Progress;

/// Sticking and equivariance measured in the window: a list of instruments, and the chosen one.
class InstrumentsPanel {
  public:
    InstrumentsPanel();
    void draw(PanelContext& c);

  private:
    void draw_equivariance(PanelContext& c);
    void draw_sticking(PanelContext& c);
    void draw_layers(PanelContext& c);
    void draw_map(PanelContext& c);
    void draw_angles(PanelContext& c);
    void draw_average(PanelContext& c);
    void draw_scan(PanelContext& c);
    void draw_pose(PanelContext& c);
    void draw_guard(PanelContext& c);

    void draw_map_of(PanelContext& c, engine::Side side, float size, double low, double high);
    void draw_scans(PanelContext& c, const Progress& progress);
    void draw_line_picker(PanelContext& c, float size);
    /// A picture of `width` x `height` points at the cursor, with its name below the mouse.
    void picture(PanelContext& c, std::size_t slot, const PictureKey& key, const std::function<engine::Image()>& make,
                 float width, float height, const char* tip);
    GLuint texture(PanelContext& c, std::size_t slot, const PictureKey& key, const std::function<engine::Image()>& make,
                   float width, float height);

    FullscreenPass pass_;
    static constexpr std::size_t kSlots = 6; ///< Pictures shown at once by one instrument.
    std::array<PictureView, kSlots> views_;
};

/// What the list shows.
struct InstrumentEntry {
    const char *name, *tip;
};
extern const std::array<InstrumentEntry, 9> kInstruments;

} // namespace unstuck::app
