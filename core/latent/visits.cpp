#include "core/latent/visits.hpp"

namespace unstuck::latent {

void Visits::rest_at(const Place& place) {
    if (!places_.empty()) {
        if (places_[at_] == place) return;
        places_.resize(at_ + 1);
    }
    places_.push_back(place);
    if (places_.size() > kMost) places_.erase(places_.begin());
    at_ = places_.size() - 1;
}

std::optional<Place> Visits::go_to(std::size_t index) {
    if (index >= places_.size()) return std::nullopt;
    at_ = index;
    return places_[at_];
}

void Visits::correct_present(const Place& place) {
    if (!places_.empty()) places_[at_] = place;
}

std::optional<Place> Visits::back() { return can_go_back() ? go_to(at_ - 1) : std::nullopt; }

std::optional<Place> Visits::forward() { return can_go_forward() ? go_to(at_ + 1) : std::nullopt; }

} // namespace unstuck::latent
