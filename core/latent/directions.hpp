#pragma once
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace at {
class Tensor;
}
namespace unstuck::model {
class Generator;
}

namespace unstuck::latent {

/// Orthonormal directions of W, the strongest first.
struct DirectionBasis {
    int w_dim = 0;
    std::vector<float> vectors; ///< [w_dim, w_dim], a direction per row; its largest element is positive.
    std::vector<double> size;   ///< Principal components: standard deviation of w along each. Affine: gain, see below.
    std::vector<double> share;  ///< Of the whole variance, or gain squared: they sum to 1 (or are all 0).
};

/// The directions of a symmetric positive semidefinite matrix [w_dim, w_dim] float64, by its eigenvalues; `size` holds
/// their roots. Throws std::invalid_argument for a matrix that is not finite.
DirectionBasis eigen_directions(const at::Tensor& matrix);

/// Covariance of samples that come in chunks, over count - 1.
class Covariance {
  public:
    Covariance();
    ~Covariance();
    void add(const at::Tensor& samples); ///< [N, w_dim]
    at::Tensor matrix() const;           ///< [w_dim, w_dim] float64; undefined for fewer than two samples.

  private:
    struct Sums;
    std::unique_ptr<Sums> sums_;
};

/// How many seeds stand for all of W: 0 .. kPcaSeeds - 1, each with the class that it draws.
inline constexpr int kPcaSeeds = 10'000;

/// Called with the share done, 0 .. 1; may throw to give up.
using BasisProgress = std::function<void(double)>;

/// Principal components of the untruncated w's of seeds 0 .. seeds - 1. On one thread, so that the same directions come
/// out wherever it is called. Source: Harkonen et al. 2020 (GANSpace), section 2.1.
DirectionBasis principal_components(const model::Generator& generator, int seeds = kPcaSeeds,
                                    const BasisProgress& progress = {});

/// Directions of w to which the styles of rows first .. last of ws (clamped to the model's) answer most: eigenvectors
/// of A^T A, A the weights of all style affines that read these rows, one below the other, each of their rows divided
/// by its length (so that no factor of a layer counts; rows of zeros stay). `size` is the length of the styles' step
/// for a unit step of w. Source: Shen and Zhou 2021 (SeFa), equations 4 to 6.
DirectionBasis affine_directions(const model::Generator& generator, int first, int last);

/// What has been found out about one model. Safe on any thread; bases are computed once, by whoever asks first. Those
/// of the last kKept ranges of rows stay: a range that is dragged passes through many.
class DirectionBases {
  public:
    using Basis = std::shared_ptr<const DirectionBasis>;
    static constexpr std::size_t kKept = 16;
    Basis principal_if_known() const; ///< Null: not computed yet. Never waits.
    Basis principal(const model::Generator& generator, const BasisProgress& progress = {});
    Basis affine(const model::Generator& generator, int first, int last);

  private:
    mutable std::mutex mutex_; ///< Of the results; never held while computing.
    std::mutex computing_;
    Basis principal_;
    std::list<std::pair<std::pair<int, int>, Basis>> affine_; ///< Lately used first.
};

} // namespace unstuck::latent
