#pragma once
#include "app/ui_state.hpp"
#include "app/window/interop_upload.hpp"

namespace unstuck::app {

// Each draws the inside of one window.
void draw_models_panel(PanelContext& c);
void draw_latent_panel(PanelContext& c);
void draw_transform_panel(PanelContext& c);
void draw_layers_panel(PanelContext& c);
void draw_performance_panel(PanelContext& c);
void draw_log_panel(PanelContext& c);
void draw_system_panel(PanelContext& c);
void draw_menu_bar(PanelContext& c);
/// In the menu bar, ending at `right`: the job that runs, with its progress and a button that cancels it.
void draw_job_line(PanelContext& c, float right);
void draw_help_window(PanelContext& c);

/// Also needs the heat maps' canvases.
class SpectrumPanel {
  public:
    SpectrumPanel();
    void draw(PanelContext& c);

  private:
    void draw_plane(PanelContext& c, engine::Side side, float size);
    FullscreenPass pass_;
    std::array<HeatmapCanvas, 2> planes_;
};

/// The two pictures with their toolbar.
class Viewport {
  public:
    Viewport();
    Viewport(std::shared_ptr<InteropLink> link, const std::shared_ptr<PictureTextures>& textures);
    void draw(PanelContext& c);

    /// How the pictures get to the screen; where they go different ways, the slower one.
    UploadStatus upload_status() const;

    /// Canvas rectangles in screen coordinates as last drawn, for tests and drops: x, y, width, height. Empty when
    /// hidden.
    const std::array<std::optional<std::array<float, 4>>, 2>& canvases() const { return canvases_; }

  private:
    void draw_toolbar(PanelContext& c);
    void draw_hint(const PanelContext& c) const;
    GLuint draw_picture(PanelContext& c, engine::Side shown, const engine::Frame& frame, const PictureStyle& style);
    void draw_canvas(PanelContext& c, engine::Side side, float width, float height);
    void draw_caption(PanelContext& c, engine::Side side, engine::Side shown, float width) const;
    void draw_warning(PanelContext& c, const engine::Frame& frame, float x, float y, float width) const;
    void draw_pixel_values(const engine::Image& image, const Placement& p, float origin_x, float origin_y,
                           float density) const;
    void handle_mouse(PanelContext& c, engine::Side side, engine::Side shown, const Placement& p, float origin_x,
                      float origin_y, float density);
    void begin_drag(PanelContext& c, const Placement& p, const engine::Image* image, float origin_x, float origin_y,
                    float density) const;
    void continue_drag(PanelContext& c, double samples, const engine::Image& image, const Placement& p,
                       std::array<double, 2> mouse, float density) const;

    FullscreenPass pass_;
    std::shared_ptr<InteropLink> link_;
    std::array<PictureCanvas, 2> pictures_;
    std::array<std::optional<std::array<float, 4>>, 2> canvases_;
    std::optional<Placement> last_placement_;
};

} // namespace unstuck::app
