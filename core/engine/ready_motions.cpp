#include "core/engine/ready_motions.hpp"

#include "core/engine/filter_sweep.hpp"
#include "core/engine/ladder_tour.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

using nlohmann::json;

namespace {

Motion loop_of(const Clock& clock, std::vector<Track> tracks) {
    return {clock.fps, clock.frames, true, std::move(tracks)};
}

Track constant(const char* path, KeyValue value) { return {path, {{0, std::move(value), Ease::hold}}}; }

Track ramp(const char* path, const Clock& clock, double from, double to) {
    return {path, {{0, from, Ease::linear}, {clock.frames, to, Ease::linear}}};
}

Track there_and_back(const std::string& path, const Clock& clock, double from, double to, Ease ease) {
    Track track{path, {{0, from, ease}}};
    track = with_key(std::move(track), {clock.frames / 2, to, ease});
    return with_key(std::move(track), {clock.frames, from, ease});
}

std::vector<Track> walk_tracks(const Clock& clock, const std::vector<std::uint32_t>& seeds, double reach) {
    if (seeds.empty() || seeds.size() > kMostWalkSeeds)
        throw std::invalid_argument("walk: expected 1 to 4096 seeds, found " + std::to_string(seeds.size()));
    return {constant("/latent/walk/seeds", std::vector<double>(seeds.begin(), seeds.end())),
            constant("/latent/walk/reach", reach),
            ramp("/latent/walk/position", clock, 0, static_cast<double>(seeds.size()))};
}

} // namespace

Motion along_line(const Clock& clock, const TransformState& start, double dx, double dy) {
    return loop_of(clock, {there_and_back("/transform/x", clock, start.x, start.x + dx, Ease::linear),
                           there_and_back("/transform/y", clock, start.y, start.y + dy, Ease::linear)});
}

Motion along_circle(const Clock& clock, double radius) {
    return loop_of(clock, {constant("/transform/animate_orbit", true), constant("/transform/orbit_radius", radius),
                           ramp("/transform/orbit_phase", clock, 0, 1)});
}

Motion full_turn(const Clock& clock, const TransformState& start) {
    return loop_of(clock, {ramp("/transform/turns", clock, start.turns, start.turns + 1)});
}

Motion latent_walk(const Clock& clock, const std::vector<std::uint32_t>& seeds) {
    return loop_of(clock, walk_tracks(clock, seeds, 1));
}

Motion cinemagraph(const Clock& clock, const std::vector<std::uint32_t>& seeds, double reach) {
    return loop_of(clock, walk_tracks(clock, seeds, reach));
}

Motion truncation_sweep(const Clock& clock, double low, double high) {
    return field_sweep(clock, "/latent/psi", low, high);
}

Motion field_sweep(const Clock& clock, const std::string& path, double from, double to) {
    return loop_of(clock, {there_and_back(path, clock, from, to, Ease::smooth)});
}

Motion layer_tour(const Clock& clock, const std::array<std::vector<std::string>, 2>& layers) {
    std::vector<Track> tracks;
    for (const auto side : kSides) {
        const auto& names = layers[index(side)];
        Track track{side == Side::a ? "/layer/a" : "/layer/b", {}};
        const auto count = static_cast<std::int64_t>(names.size());
        for (std::int64_t i = 0; i < count; ++i) {
            const auto frame = static_cast<int>(i * clock.frames / count);
            track = with_key(std::move(track), {frame, names[static_cast<std::size_t>(i)], Ease::hold});
        }
        if (!names.empty()) tracks.push_back(std::move(track));
    }
    return loop_of(clock, std::move(tracks));
}

namespace {

constexpr std::array kKinds = {"line",       "circle", "turn",   "walk",   "cinemagraph",
                               "truncation", "sweep",  "layers", "ladder", "filter"};

[[noreturn]] void refuse(const char* field, const std::string& expected) {
    throw std::invalid_argument(std::string("ready motion field '") + field + "': expected " + expected);
}

/// Without the other side's.
MotionModels of_side(MotionModels models, const std::string& side) {
    if (side == "a") models[index(Side::b)].clear();
    if (side == "b") models[index(Side::a)].clear();
    return models;
}

void read_number(const json& j, const char* name, double& value) {
    const auto found = j.find(name);
    if (found == j.end()) return;
    if (!found->is_number() || !std::isfinite(found->get<double>())) refuse(name, "a number");
    value = found->get<double>();
}

void read_text(const json& j, const char* name, std::string& value) {
    const auto found = j.find(name);
    if (found == j.end()) return;
    if (!found->is_string()) refuse(name, "text");
    value = found->get<std::string>();
}

} // namespace

ReadyMotion ready_motion_from_json(const json& j) {
    if (!j.is_object()) throw std::invalid_argument("ready motion: expected an object with a kind");
    ReadyMotion out;
    read_text(j, "kind", out.kind);
    if (std::find(kKinds.begin(), kKinds.end(), out.kind) == kKinds.end()) {
        std::string all;
        for (const auto* kind : kKinds) all += (all.empty() ? "" : ", ") + std::string(kind);
        refuse("kind", "one of " + all);
    }
    for (const auto& [name, value] : {std::pair{"dx", &out.dx},
                                      {"dy", &out.dy},
                                      {"radius", &out.radius},
                                      {"reach", &out.reach},
                                      {"from", &out.from},
                                      {"to", &out.to}})
        read_number(j, name, *value);
    read_text(j, "path", out.path);
    if (out.kind == "sweep" && out.path.empty()) refuse("path", "a path such as /transform/scale");
    if (out.kind == "filter" && out.path.empty()) refuse("path", "a path such as /edits_b/all/up/cutoff");
    for (const auto& [name, value] : {std::pair{"x", &out.x}, {"y", &out.y}, {"turns", &out.turns}})
        if (j.contains(name)) read_number(j, name, value->emplace());
    if (const auto relative = j.find("relative"); relative != j.end()) {
        if (!relative->is_boolean()) refuse("relative", "true or false");
        out.relative = relative->get<bool>();
    }
    read_text(j, "side", out.side);
    if (!out.side.empty() && out.side != "a" && out.side != "b") refuse("side", "a or b");
    if (const auto seeds = j.find("seeds"); seeds != j.end()) {
        const auto is_seed = [](const json& s) { return s.is_number_integer() && s >= 0 && s <= 0xffffffffu; };
        if (!seeds->is_array() || !std::all_of(seeds->begin(), seeds->end(), is_seed))
            refuse("seeds", "a list of seeds");
        out.seeds = seeds->get<std::vector<std::uint32_t>>();
    }
    return out;
}

json to_json(const ReadyMotion& r) {
    const ReadyMotion standard;
    json out = {{"kind", r.kind}};
    const auto set = [&](const char* name, const auto& value, const auto& usual) {
        if (value != usual) out[name] = value;
    };
    set("dx", r.dx, standard.dx);
    set("dy", r.dy, standard.dy);
    set("radius", r.radius, standard.radius);
    set("reach", r.reach, standard.reach);
    set("from", r.from, standard.from);
    set("to", r.to, standard.to);
    set("path", r.path, standard.path);
    set("side", r.side, standard.side);
    set("relative", r.relative, standard.relative);
    set("seeds", r.seeds, standard.seeds);
    if (r.x) out["x"] = *r.x;
    if (r.y) out["y"] = *r.y;
    if (r.turns) out["turns"] = *r.turns;
    return out;
}

std::vector<ReadyMotion> ready_motions_in(const json& j) {
    std::vector<ReadyMotion> out;
    const auto listed = [&](const json& in) {
        if (!in.is_object() || !in.contains("ready")) return false;
        if (!in["ready"].is_array())
            throw std::invalid_argument("field 'ready': expected a list of ready-made motions");
        for (const auto& one : in["ready"]) out.push_back(ready_motion_from_json(one));
        return true;
    };
    if (!listed(j) && j.is_object() && j.contains("motion")) listed(j["motion"]);
    return out;
}

ReadyMotion anchored(ReadyMotion r, const TransformState& start) {
    if (r.kind == "line") {
        r.x = r.x.value_or(start.x);
        r.y = r.y.value_or(start.y);
    }
    if (r.kind == "turn") r.turns = r.turns.value_or(start.turns);
    return r;
}

Motion make_motion(const ReadyMotion& r, const Clock& clock, const Scene& start,
                   const std::array<std::vector<std::string>, 2>& layers, const MotionModels& models) {
    auto stands = start.transform;
    stands.x = r.x.value_or(stands.x);
    stands.y = r.y.value_or(stands.y);
    stands.turns = r.turns.value_or(stands.turns);
    if (r.kind == "line") return along_line(clock, stands, r.dx, r.dy);
    if (r.kind == "circle") return along_circle(clock, r.radius);
    if (r.kind == "turn") return full_turn(clock, stands);
    if (r.kind == "walk") return latent_walk(clock, r.seeds);
    if (r.kind == "cinemagraph") return cinemagraph(clock, r.seeds, r.reach);
    if (r.kind == "truncation") return truncation_sweep(clock, r.from, r.to);
    if (r.kind == "sweep") return field_sweep(clock, r.path, r.from, r.to);
    if (r.kind == "layers") return layer_tour(clock, layers);
    if (r.kind == "ladder") return ladder_tour(clock, of_side(models, r.side));
    if (r.kind == "filter") return filter_sweep(clock, r.path, r.from, r.to, r.relative, models);
    refuse("kind", "a known one, found '" + r.kind + "'");
}

Motion written_out(Motion motion, const std::vector<ReadyMotion>& ready, const Scene& start,
                   const std::array<std::vector<std::string>, 2>& layers, const MotionModels& models) {
    for (const auto& one : ready) {
        auto more = make_motion(one, {motion.fps, motion.frames}, start, layers, models);
        motion.tracks.insert(motion.tracks.end(), more.tracks.begin(), more.tracks.end());
    }
    return motion;
}

} // namespace unstuck::engine
