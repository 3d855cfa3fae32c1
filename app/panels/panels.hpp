#pragma once
#include "app/panels/spectrum_planes.hpp"
#include "app/ui_state.hpp"
#include "app/window/difference.hpp"
#include "app/window/interop_upload.hpp"

#include <imgui.h>

namespace unstuck::app {

// Each draws the inside of one window.
void draw_models_panel(PanelContext& c);
void draw_latent_panel(PanelContext& c);
void draw_place_row(PanelContext& c); ///< Of the Latent panel: back, forward, random.
void draw_walk_rows(PanelContext& c); ///< Likewise: the walk through seeds.
void draw_transform_panel(PanelContext& c);
void draw_layers_panel(PanelContext& c);
void draw_layer_spectra_panel(PanelContext& c);
void draw_performance_panel(PanelContext& c);
void draw_log_panel(PanelContext& c);
void draw_system_panel(PanelContext& c);
void draw_menu_bar(PanelContext& c);
/// In the menu bar, ending at `right`: the job that runs, with its progress and a button that cancels it.
void draw_job_line(PanelContext& c, float right);
void draw_help_window(PanelContext& c);
/// Asks, in a window over the others, for a path or whether a file may be replaced, when ui.session_file says so.
void draw_session_questions(PanelContext& c);
void draw_palette(PanelContext& c); ///< While it is open: over everything.

/// The latest equivariance of one side's layers, as the list of layers shows it. `now`: what is on the screen.
struct MeasuredLayers {
    std::shared_ptr<const engine::LayersResult> result; ///< Null: none of this model.
    bool current = false;                               ///< Of the latent and edits that are on the screen.
};
MeasuredLayers measured_layers(const UiState& ui, const engine::Subjects& now, engine::Side side);

/// Also needs the heat maps' canvases.
class SpectrumPanel {
  public:
    void draw(PanelContext& c);

  private:
    SpectrumPlanes planes_;
};

struct CanvasArea;
struct CanvasMessage;
struct PixelValues;
struct PlacedImage;

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

    /// The same of the spectra's heat maps; empty when there is none.
    const std::array<std::optional<std::array<float, 4>>, 2>& spectrum_canvases() const { return spectrum_canvases_; }

    /// What the last canvas says instead of showing a picture; empty when it shows one. For tests.
    const std::string& message() const { return message_; }

  private:
    void draw_toolbar(PanelContext& c);
    void draw_hint(const PanelContext& c) const;
    void draw_row(PanelContext& c, float width, float height);
    void draw_canvas(PanelContext& c, engine::Side side, float width, float height);
    void draw_wipe(PanelContext& c, float width, float height);
    void draw_wipe_pictures(PanelContext& c, const CanvasArea& area);
    void draw_grid(PanelContext& c, float width, float height);
    void draw_difference(PanelContext& c, float width, float height);
    std::optional<double> draw_difference_picture(PanelContext& c, const CanvasArea& area);
    GLuint draw_picture(PanelContext& c, engine::Side shown, const engine::Frame& frame, const PictureStyle& style);
    void say(const CanvasArea& area, const CanvasMessage& message);
    bool peeking(const PanelContext& c, const CanvasArea& area) const;
    void draw_caption(PanelContext& c, engine::Side side, engine::Side shown, ImVec2 at, float width) const;
    void draw_captions(PanelContext& c, const std::array<engine::Side, 2>& shown, const CanvasArea& area) const;
    void draw_difference_caption(PanelContext& c, ImVec2 at, float width) const;
    void draw_warning(PanelContext& c, const engine::Frame& frame, float x, float y, float width) const;
    void draw_warning_of(PanelContext& c, engine::Side side, engine::Side shown, const CanvasArea& area) const;
    void draw_pixel_values(const PixelValues& values, const Placement& p, const CanvasArea& area) const;
    void probe_pixel(PanelContext& c, engine::Side side, const PixelValues& values, const Placement& p,
                     const CanvasArea& area) const;
    void navigate(PanelContext& c, const PlacedImage& on, const CanvasArea& area) const;
    void begin_drag(PanelContext& c, const PlacedImage& on, const CanvasArea& area) const;
    void continue_drag(PanelContext& c, const PlacedImage& on, const CanvasArea& area) const;

    FullscreenPass pass_, difference_pass_;
    std::shared_ptr<InteropLink> link_;
    std::array<PictureCanvas, 2> pictures_;
    DifferenceCanvas difference_;
    SpectrumPlanes planes_; ///< Of the grid.
    std::array<std::optional<std::array<float, 4>>, 2> canvases_, spectrum_canvases_;
    std::optional<Placement> last_placement_;
    std::string message_;
};

} // namespace unstuck::app
