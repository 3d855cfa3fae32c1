#pragma once
#include "core/engine/frame_renderer.hpp"
#include "core/engine/w_files.hpp"

#include <ATen/core/Tensor.h>

namespace unstuck::engine {

/// The rows of w of a latent state.
struct LatentRows {
    at::Tensor ws;                 ///< [1, num_ws, w_dim]
    int w_count = 0;               ///< Of the file, where it is shown; else 0.
    bool lacks_directions = false; ///< Principal components were left out: they are not known yet.
};

/// In this order: the seed plane blended bilinearly and truncated, or the w of a file (the first of `latent.w`) as it
/// is; the walk, truncated, as far as it reaches; directions; rows mixed in; the locked pose. Rows that are mixed in
/// come with their own point's directions and not with the scene's. With `wait`, principal components are computed when
/// they are not known yet. Throws io::FileError for a file that cannot be read or does not fit the model, and
/// std::invalid_argument for a direction that the model does not have.
/// `files` keeps what was read, for callers that come again.
/// Directions come after truncation as in GANSpace's and SeFa's programs: an amount means the same at every psi.
LatentRows latent_rows(const LoadedModel& model, const LatentState& latent, bool wait = true);
LatentRows latent_rows(const LoadedModel& model, const LatentState& latent, WFiles& files, bool wait = true);

/// The same, with all directions.
at::Tensor latent_ws(const LoadedModel& model, const LatentState& latent);

/// The parts of it: a file's w number `number`, and the directions' steps added to ws in place; false when some were
/// left out.
at::Tensor file_ws(const model::Generator& generator, WFiles& files, const std::string& path, int number);
bool add_directions(const LoadedModel& model, const std::vector<LatentDirection>& directions, bool wait,
                    at::Tensor& ws);

/// What tells one version of the state's files from another: sizes and times. Empty without files.
std::string file_stamps(const LatentState& latent);

} // namespace unstuck::engine
