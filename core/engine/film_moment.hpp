#pragma once
#include "core/engine/canvas.hpp"
#include "core/engine/frame.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// What a film's frame is drawn from: plain values, made by FilmCast, FilmHistory and measure_numbers(), drawn by
// compose().
namespace unstuck::engine {

/// The picture of the moved input against the moved picture, for the transform of one frame.
struct MoveError {
    Image image;                                          ///< The one less the other where both have data, else 0.
    double db = std::numeric_limits<double>::quiet_NaN(); ///< As the metrics have it, at most kMostDb; NaN: no number.
    std::string metric; ///< "EQ-T frac" where content is moved, "EQ-R" where it is turned, "EQ" for all else.
};

/// What was measured of a model with some edits before the first frame, with fixed seeds: as `unstuck measure` does.
struct ModelNumbers {
    model::Edits edits;
    std::optional<double> eqt_fractional_db, eqr_db, sticking;
};

/// What cells need of one side's earlier frames.
struct SideHistory {
    std::deque<Raster> lines;     ///< Of the last frames, one pixel high, the newest at the end.
    std::vector<double> sum;      ///< Of the pictures so far, planar as `mean` has it.
    Image mean;                   ///< Of them.
    int pictures = 0;             ///< In the mean; one with another layer's size begins it anew.
    std::vector<float> errors_db; ///< MoveError::db of frame 0, 1, ...
};

/// One side at a frame. Null where the film's cells do not ask for it, or the model is not there.
struct FilmSide {
    std::shared_ptr<const ModelInfo> info;
    const Frame* frame = nullptr;      ///< As the scene has it.
    const Frame* stabilised = nullptr; ///< Moved back.
    const MoveError* error = nullptr;
    const SideHistory* history = nullptr; ///< With this frame.
    const std::vector<ModelNumbers>* numbers = nullptr;
};

struct FilmMoment {
    const Scene& scene;
    std::array<FilmSide, 2> sides;
    int number = 0, frames = 1; ///< Of the frame; of all frames.
};

/// Those of these edits; null when they were not measured.
const ModelNumbers* numbers_of(const FilmSide& side, const model::Edits& edits);

} // namespace unstuck::engine
