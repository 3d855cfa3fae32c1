#include "app/timeline.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <sstream>
#include <stdexcept>

namespace unstuck::app {

using engine::Keyframe;
using engine::Motion;
using engine::Track;

namespace {

int last_frame(const Motion& motion) { return std::max(motion.frames, 1) - 1; }

} // namespace

Playback at_frame(Playback p, const Motion& motion, double frame) {
    p.playing = false;
    p.position = std::clamp(std::floor(frame), 0.0, static_cast<double>(last_frame(motion)));
    return p;
}

Playback stepped(Playback p, const Motion& motion, int by) {
    const int frames = last_frame(motion) + 1, to = p.frame() + by;
    return at_frame(p, motion, motion.loop ? ((to % frames) + frames) % frames : to);
}

Playback started(Playback p, const Motion& motion) {
    if (!motion.loop && p.frame() >= last_frame(motion)) p.position = 0;
    p.playing = true;
    return p;
}

Playback advanced(Playback p, const Motion& motion, double seconds, bool picture_done) {
    if (!p.playing) return p;
    constexpr double kMostPerStep = 1; // after the machine slept, it goes on instead of jumping
    const double factor = kPlaySpeeds[p.speed].factor;
    if (factor > 0)
        p.position += std::min(seconds, kMostPerStep) * motion.fps * factor;
    else if (picture_done)
        p.position = std::floor(p.position) + 1;
    const double frames = last_frame(motion) + 1.0;
    if (p.position < frames) return p;
    if (motion.loop)
        p.position = std::fmod(p.position, frames);
    else
        p = at_frame(p, motion, frames);
    return p;
}

double seconds_to_next_frame(const Playback& p, const Motion& motion) {
    const double factor = kPlaySpeeds[p.speed].factor;
    return factor > 0 ? (std::floor(p.position) + 1 - p.position) / (motion.fps * factor) : 0;
}

std::array<std::vector<std::string>, 2> layer_names(const OpenModels& models) {
    std::array<std::vector<std::string>, 2> out;
    for (const auto side : engine::kSides)
        if (const auto& m = models[index(side)])
            for (const auto& layer : m->layers) out[index(side)].push_back(layer.name);
    return out;
}

engine::MotionModels sampling_of(const OpenModels& models) {
    engine::MotionModels out;
    for (const auto side : engine::kSides)
        if (const auto& m = models[index(side)]) out[index(side)] = m->sampling;
    return out;
}

bool MotionFollower::learn(const engine::Session& session, const OpenModels& models) {
    if (session.motion == seen_ && session.ready == seen_ready_ && models == seen_models_) return false;
    seen_ = session.motion;
    seen_ready_ = session.ready;
    seen_models_ = models;
    error_.clear();
    full_ = seen_;
    try {
        if (!seen_ready_.empty()) // which are made for the networks that are open
            full_ = engine::written_out(seen_, seen_ready_, session.scene, layer_names(models), sampling_of(models));
    } catch (const std::invalid_argument& e) {
        error_ = e.what();
    }
    std::vector<std::string> keyed, news;
    for (const auto& track : full_.tracks) keyed.push_back(track.path);
    for (const auto& path : keyed)
        if (std::find(keyed_.begin(), keyed_.end(), path) == keyed_.end()) news.push_back(path);
    if (!news.empty()) rest_ = engine::with_fields_of(rest_, session.scene, news);
    keyed_ = std::move(keyed);
    return true;
}

void MotionFollower::set(engine::Scene& scene, const Motion& motion, int frame) {
    try {
        scene = engine::scene_at(scene, motion, frame);
    } catch (const std::invalid_argument& e) {
        error_ = e.what();
    }
}

void MotionFollower::follow(engine::Session& session, int frame, const OpenModels& models) {
    const auto before = full_.tracks;
    const bool changed = learn(session, models);
    if (frame != frame_) {
        frame_ = frame;
        set(session.scene, full_, frame);
        arrived_ = session.scene;
    } else if (changed) {
        auto news = full_;
        std::erase_if(news.tracks,
                      [&](const Track& t) { return std::find(before.begin(), before.end(), t) != before.end(); });
        if (news.tracks.empty()) return;
        set(session.scene, news, frame);
        set(arrived_, news, frame);
    }
}

engine::Scene MotionFollower::released(const engine::Scene& scene, const std::vector<std::string>& paths) const {
    return engine::with_fields_of(scene, rest_, paths);
}

std::optional<engine::KeyValue> present_value(const engine::Scene& scene, const std::string& path,
                                              const std::vector<engine::SceneField>& fields) {
    if (auto value = engine::field_value(scene, path)) return value;
    const auto field = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.path == path; });
    return field == fields.end() ? std::nullopt : field->stock;
}

Track* find_track(Motion& motion, const std::string& path) {
    const auto found =
        std::find_if(motion.tracks.begin(), motion.tracks.end(), [&](const Track& t) { return t.path == path; });
    return found == motion.tracks.end() ? nullptr : &*found;
}

const Track* find_track(const Motion& motion, const std::string& path) {
    return find_track(const_cast<Motion&>(motion), path);
}

namespace {

const Keyframe* find_key(const Track& track, int frame) {
    const auto found =
        std::find_if(track.keys.begin(), track.keys.end(), [&](const Keyframe& k) { return k.frame == frame; });
    return found == track.keys.end() ? nullptr : &*found;
}

/// Where a change of this field is keyed: with the side's edits, when these are keyed as a whole.
std::string keyed_as(const Motion& motion, const std::string& path) {
    constexpr std::size_t kSidePath = 8; // "/edits_a"
    const auto whole = path.substr(0, kSidePath);
    return engine::keys_edits(whole) && find_track(motion, whole) ? whole : path;
}

} // namespace

Motion with_key_at(Motion motion, const std::string& path, int frame, engine::KeyValue value) {
    auto* track = find_track(motion, path);
    if (!track) track = &motion.tracks.emplace_back(Track{path, {}});
    auto ease = std::holds_alternative<double>(value) ? engine::Ease::linear : engine::Ease::hold;
    for (const auto& key : track->keys)
        if (key.frame <= frame) ease = key.ease;
    *track = engine::with_key(std::move(*track), {frame, std::move(value), ease});
    return motion;
}

std::vector<CopiedKey> copied_keys(const Motion& motion, const std::vector<KeyPlace>& keys) {
    std::vector<CopiedKey> out;
    for (const auto& place : keys) {
        const auto* track = find_track(motion, place.path);
        const auto* key = track ? find_key(*track, place.frame) : nullptr;
        if (key) out.push_back({place.path, *key});
    }
    return out;
}

Motion with_pasted(Motion motion, const std::vector<CopiedKey>& copied, int frame, std::vector<KeyPlace>& keys) {
    if (copied.empty()) return motion;
    int first = copied.front().key.frame;
    for (const auto& c : copied) first = std::min(first, c.key.frame);
    keys.clear();
    for (auto [path, key] : copied) {
        key.frame += frame - first;
        keys.push_back({path, key.frame});
        auto* track = find_track(motion, path);
        if (!track) track = &motion.tracks.emplace_back(Track{path, {}});
        *track = engine::with_key(std::move(*track), std::move(key));
    }
    return motion;
}

Motion with_keys(Motion motion, const engine::Scene& scene, const std::vector<std::string>& paths, int frame,
                 const std::vector<engine::SceneField>& fields) {
    for (const auto& path : paths)
        if (auto value = present_value(scene, path, fields))
            motion = with_key_at(std::move(motion), path, frame, *std::move(value));
    return motion;
}

Motion with_changes_keyed(Motion motion, const engine::Scene& arrived, const engine::Scene& scene, int frame,
                          const std::vector<engine::SceneField>& fields) {
    for (const auto& changed : engine::changed_fields(arrived, scene)) {
        const auto path = keyed_as(motion, changed);
        const bool is_new = !find_track(motion, path);
        if (is_new && frame > 0) motion = with_keys(std::move(motion), arrived, {path}, 0, fields);
        motion = with_keys(std::move(motion), scene, {path}, frame, fields);
    }
    return motion;
}

Motion dragged(const KeyDrag& drag, int by, bool copy, std::vector<KeyPlace>& keys) {
    int first = drag.before.frames, last = 0;
    for (const auto& key : drag.keys) {
        first = std::min(first, key.frame);
        last = std::max(last, key.frame);
    }
    by = std::clamp(by, std::min(-first, 0), std::max(drag.before.frames - last, 0));
    auto motion = copy ? drag.before : without_keys(drag.before, drag.keys);
    keys.clear();
    for (const auto& place : drag.keys) {
        const auto* from = find_track(drag.before, place.path);
        const auto* key = from ? find_key(*from, place.frame) : nullptr;
        if (!key) continue;
        auto moved = *key;
        moved.frame += by;
        auto* track = find_track(motion, place.path);
        if (!track) track = &motion.tracks.emplace_back(Track{place.path, {}, from->muted});
        *track = engine::with_key(std::move(*track), std::move(moved));
        keys.push_back({place.path, place.frame + by});
    }
    // Tracks that were left without keyframes for a moment went to the end: back to their order.
    const auto rank = [&](const Track& t) {
        const auto& all = drag.before.tracks;
        return std::find_if(all.begin(), all.end(), [&](const Track& b) { return b.path == t.path; }) - all.begin();
    };
    std::stable_sort(motion.tracks.begin(), motion.tracks.end(),
                     [&](const Track& a, const Track& b) { return rank(a) < rank(b); });
    return motion;
}

Motion without_keys(Motion motion, const std::vector<KeyPlace>& keys) {
    for (const auto& place : keys)
        if (auto* track = find_track(motion, place.path); track && find_key(*track, place.frame))
            *track = engine::without_key(std::move(*track), place.frame);
    std::erase_if(motion.tracks, [](const Track& t) { return t.keys.empty(); });
    return motion;
}

Motion with_ease(Motion motion, const std::vector<KeyPlace>& keys, engine::Ease ease) {
    for (const auto& place : keys)
        if (auto* track = find_track(motion, place.path))
            for (auto& key : track->keys)
                if (key.frame == place.frame) key.ease = ease;
    return motion;
}

Motion without_track(Motion motion, const std::string& path) {
    std::erase_if(motion.tracks, [&](const Track& t) { return t.path == path; });
    return motion;
}

bool matches(const std::string& title, const std::string& search) {
    const auto lower = [](std::string text) {
        for (auto& ch : text) ch = static_cast<char>(std::tolower(static_cast<unsigned char>(ch)));
        return text;
    };
    const auto where = lower(title);
    std::istringstream words(lower(search));
    for (std::string word; words >> word;)
        if (where.find(word) == where.npos) return false;
    return true;
}

bool is_empty(const engine::Session& session) { return session.motion.tracks.empty() && session.ready.empty(); }

} // namespace unstuck::app
