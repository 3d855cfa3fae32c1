#pragma once
#include <cstddef>
#include <optional>
#include <vector>

namespace unstuck::latent {

/// A place of latent space: in the seed plane, and on a walk where there is one.
struct Place {
    double x = 0, y = 0;                 ///< Seed plane.
    double reach = 1, walk_position = 0; ///< As a scene's walk has them.
    bool operator==(const Place&) const = default;
};

/// Where one has been, as a browser keeps its pages: back, forward, and a new place forgets what was ahead.
class Visits {
  public:
    /// Kept; the oldest ones go.
    static constexpr std::size_t kMost = 100;

    /// One came to rest there. Nothing happens where one already is.
    void rest_at(const Place& place);

    bool can_go_back() const { return at_ > 0; }
    bool can_go_forward() const { return at_ + 1 < places_.size(); }
    std::optional<Place> back();    ///< Where to go; none at the first.
    std::optional<Place> forward(); ///< None at the last.
    std::optional<Place> go_to(std::size_t index);
    /// Where one is, after going to a place that is not quite there any more, such as one on a walk that was removed.
    void correct_present(const Place& place);

    const std::vector<Place>& places() const { return places_; } ///< Oldest first.
    std::size_t present() const { return at_; }                  ///< Of places(), when there are any.
    bool operator==(const Visits&) const = default;

  private:
    std::vector<Place> places_;
    std::size_t at_ = 0;
};

} // namespace unstuck::latent
