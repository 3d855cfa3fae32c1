#include "core/engine/motion.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

using nlohmann::json;

namespace {

double eased(double u, Ease ease) {
    switch (ease) {
    case Ease::linear: return u;
    case Ease::smooth: return u * u * (3 - 2 * u);
    case Ease::hold: return 0;
    }
    return 0;
}

/// Interpolated from key `a` to key `b`, a.frame <= frame < b.frame.
KeyValue between(const Keyframe& a, const Keyframe& b, int frame) {
    const auto* from = std::get_if<double>(&a.value);
    const auto* to = std::get_if<double>(&b.value);
    if (!from || !to) return a.value;
    const double u = static_cast<double>(frame - a.frame) / (static_cast<double>(b.frame) - a.frame);
    return *from + (*to - *from) * eased(u, a.ease);
}

/// Rounded, and within what an integer of 64 bits holds.
std::int64_t whole(double value) {
    constexpr double kMost = 9e18;
    return std::llround(std::clamp(value, -kMost, kMost));
}

/// As JSON of the kind that the field has now, so that an integer stays one.
json as_field(const KeyValue& value, const json& field) {
    if (const auto* number = std::get_if<double>(&value)) {
        if (field.is_number_unsigned()) return static_cast<std::uint64_t>(whole(std::max(*number, 0.0)));
        if (field.is_number_integer()) return whole(*number);
        return *number;
    }
    if (const auto* list = std::get_if<std::vector<double>>(&value)) {
        // Of the scene's lists all have whole numbers.
        auto out = json::array();
        for (const double v : *list) out.push_back(whole(v));
        return out;
    }
    return key_value_json(value);
}

[[noreturn]] void refuse(const Track& track, const std::string& why) {
    throw std::invalid_argument("motion track '" + track.path + "': " + why);
}

/// One edit of one layer: scenes name only those that are set.
bool keys_one_edit(const json::json_pointer& path) {
    const auto side = path.parent_pointer().parent_pointer();
    return keys_edits(side.to_string()) || keys_edits(side.parent_pointer().to_string());
}

void set_field(const Track& track, int frame, json& scene) {
    const json::json_pointer pointer(track.path);
    if (track.path.empty() || !(scene.contains(pointer) || keys_one_edit(pointer)))
        refuse(track, "the scene has no such field");
    auto& field = scene[pointer];
    const auto value = value_at(track, frame);
    const bool whole_edits = keys_edits(track.path);
    if (field.is_object() && !whole_edits) refuse(track, "names a group of fields, expected one field");
    if (whole_edits != std::holds_alternative<model::Edits>(value))
        refuse(track, whole_edits ? "expected an object of edits by layer" : "takes no edits");
    field = as_field(value, field);
}

void apply(const Track& track, int frame, json& scene) {
    try {
        set_field(track, frame, scene);
    } catch (const json::parse_error&) {
        refuse(track, "expected a path such as /transform/x");
    } catch (const json::exception&) { // the way leads through what is no group, or past a list's end
        refuse(track, "the scene has no such field");
    }
}

std::vector<Keyframe>::iterator key_at(Track& track, int frame) {
    const auto found =
        std::find_if(track.keys.begin(), track.keys.end(), [&](const Keyframe& k) { return k.frame == frame; });
    if (found == track.keys.end()) refuse(track, "there is no keyframe at frame " + std::to_string(frame));
    return found;
}

} // namespace

KeyValue value_at(const Track& track, int frame) {
    if (track.keys.empty()) refuse(track, "has no keyframes");
    const auto next = std::upper_bound(track.keys.begin(), track.keys.end(), frame,
                                       [](int f, const Keyframe& key) { return f < key.frame; });
    if (next == track.keys.begin()) return next->value;
    const auto& before = *(next - 1);
    return next == track.keys.end() ? before.value : between(before, *next, frame);
}

Scene scene_at(const Scene& start, const Motion& motion, int frame) {
    const int frames = std::max(motion.frames, 1);
    frame = motion.loop ? ((frame % frames) + frames) % frames : std::clamp(frame, 0, frames - 1);
    auto scene = to_json(start);
    for (const auto& track : motion.tracks)
        if (!track.muted) apply(track, frame, scene);
    try {
        return scene_from_json(scene);
    } catch (const std::invalid_argument& e) {
        throw std::invalid_argument(std::string("motion: a track does not fit its field: ") + e.what());
    }
}

Motion resized(Motion motion, int frames) {
    if (frames < 1 || frames > kMostFrames) throw std::invalid_argument("frames: expected 1 to 10000000");
    const double factor = static_cast<double>(frames) / std::max(motion.frames, 1);
    motion.frames = frames;
    for (auto& track : motion.tracks) {
        Track moved{track.path, {}, track.muted};
        for (auto key : track.keys) {
            constexpr double kFurthest = 1e9;
            key.frame = static_cast<int>(std::lround(std::clamp(key.frame * factor, -kFurthest, kFurthest)));
            moved = with_key(std::move(moved), std::move(key));
        }
        track = std::move(moved);
    }
    return motion;
}

Track with_key(Track track, Keyframe key) {
    const auto place = std::lower_bound(track.keys.begin(), track.keys.end(), key.frame,
                                        [](const Keyframe& k, int frame) { return k.frame < frame; });
    if (place != track.keys.end() && place->frame == key.frame)
        *place = std::move(key);
    else
        track.keys.insert(place, std::move(key));
    return track;
}

Track without_key(Track track, int frame) {
    track.keys.erase(key_at(track, frame));
    return track;
}

Track with_key_moved(Track track, int from, int to) {
    auto key = *key_at(track, from);
    key.frame = to;
    return with_key(without_key(std::move(track), from), std::move(key));
}

Track with_key_copied(Track track, int from, int to) {
    auto key = *key_at(track, from);
    key.frame = to;
    return with_key(std::move(track), std::move(key));
}

} // namespace unstuck::engine
