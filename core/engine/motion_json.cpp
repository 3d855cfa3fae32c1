#include "core/engine/motion.hpp"

#include "core/model/edits_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

using nlohmann::json;

namespace {

constexpr std::array kEaseNames = {"linear", "smooth", "hold"};

[[noreturn]] void refuse(const std::string& field, const char* expected) {
    throw std::invalid_argument("motion field '" + field + "': expected " + expected);
}

double number(const json& j, const char* name, const std::string& path, double otherwise, double low, double high,
              const char* expected) {
    const auto found = j.find(name);
    if (found == j.end()) return otherwise;
    if (!found->is_number()) refuse(path + name, expected);
    const auto value = found->get<double>();
    if (!(value >= low && value <= high)) refuse(path + name, expected);
    return value;
}

int integer(const json& j, const char* name, const std::string& path, int otherwise, int low, const char* expected) {
    const double value = number(j, name, path, otherwise, low, kMostFrames, expected);
    if (value != std::floor(value)) refuse(path + name, expected);
    return static_cast<int>(value);
}

bool flag(const json& j, const char* name, const std::string& path, bool otherwise) {
    const auto found = j.find(name);
    if (found == j.end()) return otherwise;
    if (!found->is_boolean()) refuse(path + name, "true or false");
    return found->get<bool>();
}

/// Not a copy: what is nested too deeply for that is refused, not copied.
const json& list(const json& j, const char* name, const std::string& path) {
    static const json none = json::array();
    const auto found = j.find(name);
    if (found == j.end()) return none;
    if (!found->is_array()) refuse(path + name, "a list");
    return *found;
}

Ease ease_of(const json& j, const std::string& path) {
    const auto found = j.find("ease");
    if (found == j.end()) return Ease::linear;
    for (std::size_t i = 0; i < kEaseNames.size(); ++i)
        if (*found == kEaseNames[i]) return static_cast<Ease>(i);
    refuse(path + "ease", "linear, smooth or hold");
}

Keyframe keyframe(const json& j, const std::string& path) {
    if (!j.is_object()) refuse(path, "an object with frame and value");
    const auto value = j.find("value");
    if (value == j.end()) refuse(path + ".value", "a value");
    return {integer(j, "frame", path + ".", 0, -kMostFrames, "a whole number"),
            key_value_from_json(*value, path + ".value"), ease_of(j, path + ".")};
}

bool is_path(const std::string& text) {
    try {
        return !json::json_pointer(text).empty();
    } catch (const json::exception&) {
        return false;
    }
}

/// By frame, each once: of several at one frame the last counts.
Track in_order(Track track) {
    auto& keys = track.keys;
    std::stable_sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.frame < b.frame; });
    const auto same = [](const auto& a, const auto& b) { return a.frame == b.frame; };
    keys.erase(keys.begin(), std::unique(keys.rbegin(), keys.rend(), same).base());
    return track;
}

Track track(const json& j, const std::string& path) {
    if (!j.is_object()) refuse(path, "an object with path and keys");
    const auto name = j.find("path");
    if (name == j.end() || !name->is_string() || !is_path(name->get_ref<const std::string&>()))
        refuse(path + ".path", "a path such as /transform/x");
    Track out{name->get<std::string>(), {}, flag(j, "muted", path + ".", false)};
    const auto& keys = list(j, "keys", path + ".");
    if (keys.empty()) refuse(path + ".keys", "at least one keyframe");
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto where = path + ".keys[" + std::to_string(i) + "]";
        auto key = keyframe(keys[i], where);
        if (std::holds_alternative<model::Edits>(key.value) != keys_edits(out.path))
            refuse(where + ".value", keys_edits(out.path) ? "an object of edits by layer" : "no object");
        out.keys.push_back(std::move(key));
    }
    return in_order(std::move(out));
}

} // namespace

KeyValue key_value_from_json(const json& j, const std::string& field) {
    if (j.is_boolean()) return j.get<bool>();
    if (j.is_string()) return j.get<std::string>();
    if (j.is_number()) return j.get<double>();
    if (j.is_object()) return model::edits_from_json(j, "motion " + field + ".");
    if (!j.is_array()) refuse(field, "a number, true or false, text, a list of numbers, or edits by layer");
    std::vector<double> values;
    for (const auto& v : j) {
        if (!v.is_number()) refuse(field, "a list of numbers only");
        values.push_back(v.get<double>());
    }
    return values;
}

json key_value_json(const KeyValue& value) {
    return std::visit(
        [](const auto& v) {
            if constexpr (std::is_same_v<std::decay_t<decltype(v)>, model::Edits>)
                return model::to_json(v);
            else
                return json(v);
        },
        value);
}

json to_json(const Motion& motion) {
    auto tracks = json::array();
    for (const auto& t : motion.tracks) {
        auto keys = json::array();
        for (const auto& k : t.keys) {
            keys.push_back({{"frame", k.frame},
                            {"value", key_value_json(k.value)},
                            {"ease", kEaseNames[static_cast<int>(k.ease)]}});
        }
        json track = {{"path", t.path}, {"keys", std::move(keys)}};
        if (t.muted) track["muted"] = true;
        tracks.push_back(std::move(track));
    }
    return {{"fps", motion.fps}, {"frames", motion.frames}, {"loop", motion.loop}, {"tracks", std::move(tracks)}};
}

Motion motion_from_json(const json& j) {
    if (!j.is_object()) throw std::invalid_argument("motion: expected a JSON object");
    Motion motion;
    motion.fps = number(j, "fps", "", motion.fps, 0.01, kMostFps, "a number from 0.01 to 1000");
    motion.frames = integer(j, "frames", "", motion.frames, 1, "a whole number from 1 to 10000000");
    motion.loop = flag(j, "loop", "", motion.loop);
    const auto& tracks = list(j, "tracks", "");
    for (std::size_t i = 0; i < tracks.size(); ++i)
        motion.tracks.push_back(track(tracks[i], "tracks[" + std::to_string(i) + "]"));
    return motion;
}

} // namespace unstuck::engine
