#pragma once
#include "app/filter_lab.hpp"
#include "app/plots.hpp"
#include "app/ui_state.hpp"
#include "core/signal/filter_response.hpp"

namespace unstuck::app {

/// The filter lab: what the layers of one side's network do around their nonlinearities, and edits of it.
class FilterPanel {
  public:
    void draw(PanelContext& c);

  private:
    /// A filter's curves, kept until it changes.
    struct Curves {
        std::optional<model::FilterDesign> of;
        double highest = 0;
        signal::SpectrumCurve axis, diagonal;
        std::vector<double> position, taps; ///< Along an axis; samples of the raised rate from the centre.
        signal::FilterFigures figures;
    };
    static void update(Curves& curves, const model::FilterDesign& design, double highest);

    void draw_results(PanelContext& c, const engine::ModelInfo& model, const std::vector<LabLayer>& layers,
                      FilterSlot slot);
    void draw_plots(const PanelContext& c, const LabLayer& layer);
    void update(const LabLayer& layer, FilterSlot slot);
    void draw_response(const PanelContext& c, const LabLayer& layer) const;
    void draw_impulse(const PanelContext& c, const LabLayer& layer) const;
    bool draw_figures(const LabLayer& layer, engine::Side side) const; ///< Whether the mouse is over them.
    std::string figures_tip(const LabLayer& layer) const;
    Table table(const LabLayer& layer) const; ///< All that the plots show.

    FilterSlot slot_ = FilterSlot::down; ///< Of the curves.
    Curves stock_, now_;
};

/// Rows of all that can be edited: one filter's, and the rest of the layer.
void draw_filter_rows(PanelContext& c, const std::vector<LabLayer>& layers, FilterSlot slot);
void draw_layer_rows(PanelContext& c, const std::vector<LabLayer>& layers);

/// Presets, and the ladder from alias-free to aliased.
void draw_filter_presets(PanelContext& c, const engine::ModelInfo& model);

/// The layer that stands for the scope: the one looked at, or the first that takes an edit of this filter. Null when
/// there is none.
const LabLayer* shown_layer_of(const std::vector<LabLayer>& layers, const std::string& looked_at, FilterSlot slot);

} // namespace unstuck::app
