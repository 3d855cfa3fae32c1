#include "core/latent/directions.hpp"

#include "core/latent/seeds.hpp"
#include "core/model/generator.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace unstuck::latent {

namespace {

/// Sums over several threads may round differently than over one.
class OneThread {
  public:
    OneThread() : before_(at::get_num_threads()) { at::set_num_threads(1); }
    ~OneThread() { at::set_num_threads(before_); }
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;

  private:
    int before_;
};

/// The w of seeds [first, end), [N, w_dim].
at::Tensor mapped_seeds(const model::Generator& g, int first, int end) {
    const auto& c = g.config();
    auto z = at::empty({end - first, c.z_dim});
    auto labels = c.c_dim > 0 ? at::zeros({end - first, c.c_dim}) : at::Tensor();
    for (int seed = first; seed < end; ++seed) {
        const auto draw = draw_seed(static_cast<std::uint32_t>(seed), c.z_dim, c.c_dim);
        std::copy(draw.z.begin(), draw.z.end(), z[seed - first].data_ptr<float>());
        if (c.c_dim > 0) labels[seed - first][draw.klass].fill_(1);
    }
    return g.map(z, labels);
}

} // namespace

DirectionBasis eigen_directions(const at::Tensor& matrix) {
    const c10::InferenceMode inference;
    if (!at::isfinite(matrix).all().item<bool>())
        throw std::invalid_argument("directions: the model's numbers are not finite");
    const auto [ascending, columns] = at::linalg_eigh(matrix.to(at::kDouble));
    const auto n = matrix.size(0);
    auto vectors = columns.t().flip({0}).contiguous();
    auto values = ascending.flip({0}).clamp_min(0).contiguous();
    // An eigenvector's sign is arbitrary: the first of its largest elements is made positive.
    const auto largest = vectors.abs().argmax(1, true);
    vectors = (vectors * vectors.gather(1, largest).sign()).to(at::kFloat).contiguous();
    DirectionBasis out;
    out.w_dim = static_cast<int>(n);
    out.vectors.assign(vectors.const_data_ptr<float>(), vectors.const_data_ptr<float>() + n * n);
    const double total = values.sum().item<double>();
    for (std::int64_t i = 0; i < n; ++i) {
        const double value = values[i].item<double>();
        out.size.push_back(std::sqrt(value));
        out.share.push_back(total > 0 ? value / total : 0);
    }
    return out;
}

struct Covariance::Sums {
    std::int64_t count = 0;
    at::Tensor shift, first, second; ///< Of samples less the shift, which keeps rounding small.
};

Covariance::Covariance() : sums_(std::make_unique<Sums>()) {}
Covariance::~Covariance() = default;

void Covariance::add(const at::Tensor& samples) {
    auto& s = *sums_;
    auto x = samples.to(at::kDouble);
    if (s.count == 0) {
        s.shift = x.mean(0);
        s.first = at::zeros_like(s.shift);
        s.second = at::zeros({x.size(1), x.size(1)}, at::kDouble);
    }
    x = x - s.shift;
    s.first += x.sum(0);
    s.second += x.t().matmul(x);
    s.count += x.size(0);
}

at::Tensor Covariance::matrix() const {
    const auto& s = *sums_;
    if (s.count < 2) return {};
    const auto mean = s.first / static_cast<double>(s.count);
    return (s.second - at::outer(mean, s.first)) / static_cast<double>(s.count - 1);
}

DirectionBasis principal_components(const model::Generator& g, int seeds, const BasisProgress& progress) {
    if (seeds < 2) throw std::invalid_argument("directions: expected at least two seeds");
    const c10::InferenceMode inference;
    const OneThread one;
    constexpr int kChunk = 250;
    Covariance covariance;
    for (int first = 0; first < seeds; first += kChunk) {
        if (progress) progress(static_cast<double>(first) / seeds);
        covariance.add(mapped_seeds(g, first, std::min(first + kChunk, seeds)));
    }
    return eigen_directions(covariance.matrix());
}

DirectionBasis affine_directions(const model::Generator& g, int first, int last) {
    const c10::InferenceMode inference;
    const OneThread one;
    const auto dim = g.config().w_dim;
    auto gram = at::zeros({dim, dim}, at::kDouble);
    for (const auto& [row, weight] : g.synthesis().style_weights()) {
        if (row < first || row > last) continue;
        const auto a = weight.to(at::kDouble);
        const auto length = a.norm(2, {1}, true);
        const auto unit = at::where(length > 0, a / length, at::zeros_like(a));
        gram += unit.t().matmul(unit);
    }
    return eigen_directions(gram);
}

DirectionBases::Basis DirectionBases::principal_if_known() const {
    const std::lock_guard lock(mutex_);
    return principal_;
}

DirectionBases::Basis DirectionBases::principal(const model::Generator& g, const BasisProgress& progress) {
    if (auto known = principal_if_known()) return known;
    const std::lock_guard once(computing_);
    if (auto known = principal_if_known()) return known;
    auto basis = std::make_shared<const DirectionBasis>(principal_components(g, kPcaSeeds, progress));
    const std::lock_guard lock(mutex_);
    return principal_ = std::move(basis);
}

DirectionBases::Basis DirectionBases::affine(const model::Generator& g, int first, int last) {
    const std::pair rows(first, last);
    const auto known = [&]() -> Basis {
        const auto found = std::find_if(affine_.begin(), affine_.end(), [&](const auto& b) { return b.first == rows; });
        if (found == affine_.end()) return nullptr;
        affine_.splice(affine_.begin(), affine_, found);
        return found->second;
    };
    {
        const std::lock_guard lock(mutex_);
        if (auto basis = known()) return basis;
    }
    // Two that ask at once compute the same; that is not worth waiting for each other, or for principal components.
    auto basis = std::make_shared<const DirectionBasis>(affine_directions(g, first, last));
    const std::lock_guard lock(mutex_);
    if (auto first_there = known()) return first_there;
    affine_.emplace_front(rows, std::move(basis));
    if (affine_.size() > kKept) affine_.pop_back();
    return affine_.front().second;
}

} // namespace unstuck::latent
