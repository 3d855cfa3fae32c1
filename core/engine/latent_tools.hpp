#pragma once
#include "core/engine/job_queue.hpp"
#include "core/engine/scene.hpp"
#include "core/latent/directions.hpp"

#include <memory>
#include <string>

namespace unstuck::engine {

struct LoadedModel;

/// The principal components of a model's W; null without a model or before they were found. Never waits.
std::shared_ptr<const latent::DirectionBasis> known_principal_components(const LoadedModel* model);

/// Finds them in the background, unless that is done or under way.
void find_principal_components(JobQueue& queue, const std::shared_ptr<const LoadedModel>& model);

/// How that goes; `key` is empty when it was not asked for.
JobStatus principal_components_job(const JobQueue& queue, const LoadedModel& model);

/// Writes the rows of w of a latent (as its side sees it) as a file of the kind that its ending names, [1, num_ws,
/// w_dim]; finds principal components first when it needs them. Throws io::FileError.
void save_w(const LoadedModel& model, const LatentState& latent, const std::string& path);

} // namespace unstuck::engine
