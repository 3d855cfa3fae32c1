#pragma once
#include "core/engine/session.hpp"

namespace unstuck::engine {

/// A and B exchanged: models, what is looked at, filter edits, w files, and motions that are of one side. Bookmarks and
/// the film stay as they are.
Session with_sides_swapped(Session session);

/// All of A's for B as well: model, layer, edits, w files. Motions stay.
Scene with_a_for_b(Scene scene);

} // namespace unstuck::engine
