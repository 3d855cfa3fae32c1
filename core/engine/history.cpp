#include "core/engine/history.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace unstuck::engine {

using nlohmann::json;

namespace {

/// A member of an object, or the mark of one that is not there.
json member(const json& object, const std::string& name) {
    const auto found = object.is_object() ? object.find(name) : object.end();
    return found == object.end() ? json(json::value_t::discarded) : *found;
}

json merged(const json& now, const json& from, const json& to) {
    if (from == to) return now;
    if (!now.is_object() || !from.is_object() || !to.is_object()) return to;
    json out = now;
    for (const auto* side : {&from, &to})
        for (const auto& [name, ignored] : side->items()) {
            auto value = merged(member(now, name), member(from, name), member(to, name));
            if (value.is_discarded())
                out.erase(name);
            else
                out[name] = std::move(value);
        }
    return out;
}

template <class T>
T changed(const T& now, const T& from, const T& to) {
    return from == to ? now : to;
}

/// Thumbnails that one list has and the other is still waiting for.
std::vector<Bookmark> with_thumbnails_of(std::vector<Bookmark> list, const std::vector<Bookmark>& other) {
    for (auto& mark : list) {
        if (mark.thumbnail) continue;
        for (const auto& o : other)
            if (o.name == mark.name && o.scene == mark.scene) mark.thumbnail = o.thumbnail;
    }
    return list;
}

/// `past`, brought up to date with what is no step.
Session settled(Session past, const Session& now) {
    past.bookmarks = with_thumbnails_of(std::move(past.bookmarks), now.bookmarks);
    if (past.scene == now.scene) return past;
    past.scene.playing = now.scene.playing;
    past.scene.time = now.scene.time;
    past.scene.view.zoom = now.scene.view.zoom;
    past.scene.view.pan_x = now.scene.view.pan_x;
    past.scene.view.pan_y = now.scene.view.pan_y;
    if (now.motion.tracks.empty() || past.scene == now.scene) return past;
    auto scene = to_json(past.scene);
    const auto moved = to_json(now.scene);
    for (const auto& track : now.motion.tracks) {
        if (track.muted) continue;
        try {
            const json::json_pointer path(track.path);
            if (scene.contains(path) && moved.contains(path)) scene[path] = moved[path];
        } catch (const json::exception&) { // names no field, which is told where the motion is followed
        }
    }
    past.scene = scene_from_json(scene);
    return past;
}

} // namespace

Scene with_changes(const Scene& now, const Scene& from, const Scene& to) {
    if (now == from) return to;
    if (from == to) return now;
    return scene_from_json(merged(to_json(now), to_json(from), to_json(to)));
}

Session with_changes(const Session& now, const Session& from, const Session& to) {
    Session out;
    out.scene = with_changes(now.scene, from.scene, to.scene);
    out.motion = changed(now.motion, from.motion, to.motion);
    out.ready = changed(now.ready, from.ready, to.ready);
    out.film = changed(now.film, from.film, to.film);
    out.bookmarks = with_thumbnails_of(changed(now.bookmarks, from.bookmarks, to.bookmarks), now.bookmarks);
    return out;
}

bool History::commit(const Session& now, std::string label) {
    if (now == present_) return false;
    auto before = settled(present_, now);
    if (before == now) {
        present_ = now;
        return false;
    }
    Step step;
    step.label = label.empty() ? change_label(before, now) : std::move(label);
    step.before = std::move(before);
    step.after = now;
    push(std::move(step));
    return true;
}

void History::push(Step step) {
    // The way back to what was saved may lead through steps that go now: then nothing is saved any more.
    for (auto i = at_; i < steps_.size(); ++i)
        if (steps_[i].id == saved_) saved_ = kNever;
    steps_.resize(at_);
    step.id = next_++;
    present_ = step.after;
    steps_.push_back(std::move(step));
    if (steps_.size() > kMostSteps) {
        if (saved_ == first_) saved_ = kNever;
        first_ = steps_.front().id;
        steps_.erase(steps_.begin());
    }
    at_ = steps_.size();
}

void History::commit_file(const Session& now, std::string file, std::string label) {
    Step step;
    step.before = present_;
    step.after = now;
    step.label = std::move(label);
    step.changes_file = true;
    step.file_before = std::exchange(file_, file);
    step.file_after = std::move(file);
    push(std::move(step));
}

void History::absorb(const Scene& from, const Scene& to) {
    if (from != to) present_.scene = with_changes(present_.scene, from, to);
}

void History::restart(Session start) { *this = History(std::move(start)); }

void History::mark_saved(std::string file) {
    file_ = std::move(file);
    saved_ = mark();
}

std::string History::undo_label() const { return can_undo() ? steps_[at_ - 1].label : std::string(); }
std::string History::redo_label() const { return can_redo() ? steps_[at_].label : std::string(); }

Session History::undo(const Session& now) {
    if (!can_undo()) return now;
    auto& step = steps_[--at_];
    if (step.changes_file) {
        step.file_after = std::exchange(file_, step.file_before);
        return present_ = step.before;
    }
    return present_ = with_changes(now, step.after, step.before);
}

Session History::redo(const Session& now) {
    if (!can_redo()) return now;
    auto& step = steps_[at_++];
    if (step.changes_file) {
        step.file_before = std::exchange(file_, step.file_after);
        return present_ = step.after;
    }
    return present_ = with_changes(now, step.before, step.after);
}

} // namespace unstuck::engine
