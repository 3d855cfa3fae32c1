#pragma once
#include "app/ui_state.hpp"

#include <algorithm>

namespace unstuck::app {

/// Rows of w of the model that has more of them, as far as they can be ticked one by one; 0 without models.
inline int most_rows(const PanelContext& c) {
    int rows = 0;
    for (const auto& m : c.model)
        if (m) rows = std::max(rows, m->num_ws);
    return std::min(rows, 64);
}

} // namespace unstuck::app
