#include "core/engine/latent_ws.hpp"

#include "core/io/error.hpp"
#include "core/latent/seed_w.hpp"
#include "core/latent/seeds.hpp"
#include "core/latent/walk.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <stdexcept>

namespace unstuck::engine {

namespace {

/// A weighted sum of seeds' w.
class WSum {
  public:
    WSum(const model::Generator& g, int class_index) : g_(g), class_index_(class_index) {}
    void add(std::uint32_t seed, double weight) {
        constexpr double kNegligible = 1e-9; // in float32; of a long walk about thirty seeds are left
        if (std::abs(weight) < kNegligible) return;
        const auto part = latent::seed_w(g_, seed, class_index_) * weight;
        w = w.defined() ? w + part : part;
    }
    at::Tensor w; ///< [1, w_dim]; undefined until something was added.

  private:
    const model::Generator& g_;
    int class_index_;
};

/// Before directions.
at::Tensor undirected_ws(const model::Generator& g, const LatentPoint& p, WFiles& files) {
    const auto& walk = p.walk;
    const double reach = walk.seeds.empty() ? 0 : walk.reach;
    const auto& path = p.w.front();
    WSum sum(g, p.class_index);
    // Truncation is affine in w and the weights sum to one, so it may as well come after the blend.
    if (path.empty())
        for (const auto& corner : latent::seed_blend(p.x, p.y)) sum.add(corner.seed, corner.weight * (1 - reach));
    if (reach != 0) {
        const auto weights = latent::walk_weights(walk.seeds.size(), walk.position);
        const double share = path.empty() ? reach : 1;
        for (std::size_t k = 0; k < weights.size(); ++k) sum.add(walk.seeds[k], share * weights[k]);
    }
    if (path.empty()) return g.truncate(sum.w, p.psi, p.cutoff);
    if (reach == 1) return g.truncate(sum.w, p.psi, p.cutoff);
    const auto ws = file_ws(g, files, path, p.w_index.front());
    return reach == 0 ? ws : ws * (1 - reach) + g.truncate(sum.w, p.psi, p.cutoff) * reach;
}

/// Adds one direction to its rows; false when it is not known yet and must not be waited for.
bool add_direction(const LoadedModel& model, const LatentDirection& d, bool wait, at::Tensor& ws) {
    const auto& g = *model.generator;
    const int rows = g.config().num_ws(), last = d.last < 0 ? rows - 1 : std::min(d.last, rows - 1);
    if (d.amount == 0 || d.first > last) return true;
    const bool pca = d.kind == LatentDirection::Kind::pca;
    if (d.index >= g.config().w_dim)
        throw std::invalid_argument("direction " + std::to_string(d.index) + ": this model has " +
                                    std::to_string(g.config().w_dim) + ", counted from 0");
    auto basis = pca ? model.bases->principal_if_known() : model.bases->affine(g, d.first, last);
    if (!basis && !wait) return false;
    if (!basis) basis = model.bases->principal(g);
    const auto at = static_cast<std::size_t>(d.index);
    const double step = d.amount * (pca ? basis->size[at] : 1);
    const auto* v = basis->vectors.data() + at * static_cast<std::size_t>(basis->w_dim);
    const auto vector = at::tensor(at::ArrayRef<float>(v, static_cast<std::size_t>(basis->w_dim))).to(ws.scalar_type());
    ws.slice(1, d.first, last + 1).add_(vector, step);
    return true;
}

bool shows_file(const LatentPoint& p) { return !p.w.front().empty() && (p.walk.seeds.empty() || p.walk.reach != 1); }

LatentRows rows_of(const LoadedModel& model, const LatentPoint& p, WFiles& files, bool wait) {
    LatentRows out{undirected_ws(*model.generator, p, files)};
    if (shows_file(p)) out.w_count = static_cast<int>(files.of(p.w.front()).count());
    out.lacks_directions = !add_directions(model, p.directions, wait, out.ws);
    return out;
}

/// What the mixed rows are taken from.
LatentRows mixed_in(const LoadedModel& model, const LatentState& latent, WFiles& files, bool wait) {
    if (latent.mix_from == MixFrom::point) return rows_of(model, latent.mix_point, files, wait);
    const auto& g = *model.generator;
    const auto seed = static_cast<std::uint32_t>(latent.mix_seed);
    return {g.truncate(latent::seed_w(g, seed, latent.class_index), latent.psi, latent.cutoff)};
}

} // namespace

at::Tensor file_ws(const model::Generator& g, WFiles& files, const std::string& path, int number) {
    const auto file = files.of(path).w(number);
    const auto& c = g.config();
    const auto wrong = [&](const std::string& what) { throw io::FileError(path, "w: " + what); };
    if (file.w_dim != c.w_dim)
        wrong("has " + std::to_string(file.w_dim) + " numbers per row, this model takes " + std::to_string(c.w_dim));
    if (file.rows != 1 && file.rows != c.num_ws())
        wrong("has " + std::to_string(file.rows) + " rows, this model takes 1 (for all its layers) or " +
              std::to_string(c.num_ws()));
    const auto w = at::tensor(file.w).reshape({1, file.rows, file.w_dim});
    return w.expand({1, c.num_ws(), c.w_dim}).to(g.dtype()).contiguous();
}

bool add_directions(const LoadedModel& model, const std::vector<LatentDirection>& directions, bool wait,
                    at::Tensor& ws) {
    const c10::InferenceMode inference;
    bool all = true;
    for (const auto& d : directions) all = add_direction(model, d, wait, ws) && all;
    return all;
}

LatentRows latent_rows(const LoadedModel& model, const LatentState& latent, bool wait) {
    WFiles files;
    return latent_rows(model, latent, files, wait);
}

LatentRows latent_rows(const LoadedModel& model, const LatentState& latent, WFiles& files, bool wait) {
    const c10::InferenceMode inference;
    const auto& g = *model.generator;
    auto out = rows_of(model, latent, files, wait);
    if (latent.mix && latent.mix_rows != 0 && latent.mix_amount != 0) {
        const auto other = mixed_in(model, latent, files, wait);
        out.lacks_directions = out.lacks_directions || other.lacks_directions;
        for (int row = 0; row < std::min(g.config().num_ws(), 64); ++row) {
            if (!(latent.mix_rows >> row & 1)) continue;
            auto mine = out.ws.select(1, row);
            const auto theirs = other.ws.select(1, row);
            mine.copy_(latent.mix_amount == 1 ? theirs : mine + (theirs - mine) * latent.mix_amount);
        }
    }
    if (latent.lock_pose && g.config().family == model::Family::alias_free) // row 0 draws the pose, and nothing else
        out.ws.select(1, 0).copy_(g.w_avg());
    return out;
}

at::Tensor latent_ws(const LoadedModel& model, const LatentState& latent) { return latent_rows(model, latent).ws; }

std::string file_stamps(const LatentState& latent) {
    std::string out;
    for (const auto* path : {&latent.w.front(), &latent.mix_point.w.front()})
        if (!path->empty()) out += file_stamp(*path) + ";";
    return out;
}

} // namespace unstuck::engine
