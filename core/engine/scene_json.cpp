#include "core/engine/scene.hpp"
#include "core/engine/scene_fields.hpp"
#include "core/io/json_fields.hpp"
#include "core/model/edits_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

using nlohmann::json;

namespace {

/// Lists the fields of a state once for both directions: `f(name, field, low, high)` for numbers, `f(name, field)`
/// otherwise, `f.choice(name, field, names)` for enumerations, `f.group` and `f.list` for what has fields itself.
/// `f.once_for_both` is what older scenes say of both sides: only read, before each side's own field.
template <class F>
void fields(WalkState& s, F& f) {
    f.seeds("seeds", s.seeds);
    f("position", s.position, -1e9, 1e9);
    f("reach", s.reach, -10.0, 10.0);
}

template <class F>
void fields(LatentDirection& s, F& f) {
    f.choice("kind", s.kind, {"pca", "affine"});
    f("index", s.index, 0, 100'000);
    f("first", s.first, 0, 1000);
    f("last", s.last, -1, 1000);
    f("amount", s.amount, -1000.0, 1000.0);
    f("name", s.name);
}

template <class F>
void fields(LatentPoint& s, F& f) {
    f("x", s.x, -1e9, 1e9);
    f("y", s.y, -1e9, 1e9);
    f("psi", s.psi, -10.0, 10.0);
    f("cutoff", s.cutoff, -1, 1000);
    f("class", s.class_index, -1, 1'000'000);
    f("w_a", s.w[0]);
    f("w_b", s.w[1]);
    constexpr int kMostIndex = 1'000'000'000;
    f.once_for_both("w_index", s.w_index, 0, kMostIndex);
    f("w_index_a", s.w_index[0], 0, kMostIndex);
    f("w_index_b", s.w_index[1], 0, kMostIndex);
    f.group("walk", s.walk);
    f.list("directions", s.directions, kMostDirections);
}

template <class F>
void fields(LatentState& s, F& f) {
    fields(static_cast<LatentPoint&>(s), f);
    f("mix", s.mix);
    f.choice("mix_from", s.mix_from, {"seed", "point"});
    f("mix_seed", s.mix_seed, 0, 2147483647);
    f.group("mix_point", s.mix_point);
    f.bits("mix_rows", s.mix_rows);
    f("mix_amount", s.mix_amount, 0.0, 1.0);
    f("lock_pose", s.lock_pose);
    f.choice("noise", s.noise, {"const", "random", "none"});
    f("noise_strength", s.noise_strength, 0.0, 100.0);
    f("noise_seed", s.noise_seed, 0, 2147483647);
    f("animate", s.animate);
    f("speed", s.speed, -100.0, 100.0);
}

template <class F>
void fields(TransformState& s, F& f) {
    f("x", s.x, -100.0, 100.0);
    f("y", s.y, -100.0, 100.0);
    f("turns", s.turns, -1e6, 1e6);
    f("scale", s.scale, 0.01, 100.0);
    f("round_px", s.round_px);
    f("untransform", s.untransform);
    f.choice("edge", s.edge, {"periodic", "clamp"});
    f("animate_orbit", s.animate_orbit);
    f("orbit_radius", s.orbit_radius, 0.0, 10.0);
    f("orbit_speed", s.orbit_speed, -10.0, 10.0);
    f("orbit_phase", s.orbit_phase, -1e6, 1e6);
    f("animate_rotation", s.animate_rotation);
    f("rotation_speed", s.rotation_speed, -10.0, 10.0);
    f("animate_scale", s.animate_scale);
    f("scale_speed", s.scale_speed, -10.0, 10.0);
    f("scale_phase", s.scale_phase, -1e6, 1e6);
}

template <class F>
void fields(LayerState& s, F& f) {
    f("a", s.name[0]);
    f("b", s.name[1]);
    f("base_channel", s.base_channel, 0, 1'000'000);
    f("channels", s.channels, 1, 3);
    f("gain_db", s.gain_db, -40.0, 40.0);
    f("normalize", s.normalize);
}

template <class F>
void fields(SpectrumState& s, F& f) {
    f("beta", s.beta, 0.0, 50.0);
    f("low_db", s.low_db, -200.0, 200.0);
    f("high_db", s.high_db, -200.0, 200.0);
    f("relative", s.relative);
    f("radial", s.radial);
    f("slice_0", s.slice_0);
    f("slice_45", s.slice_45);
}

template <class F>
void fields(ViewState& s, F& f) {
    f.choice("layout", s.layout, {"side_by_side", "only_a", "only_b", "wipe", "difference", "grid"});
    f("zoom", s.zoom, 0.0, 1000.0);
    f("pan_x", s.pan_x, -100.0, 100.0);
    f("pan_y", s.pan_y, -100.0, 100.0);
    f("pose", s.pose);
    f("smooth", s.smooth);
    f("exposure", s.exposure, -20.0, 20.0);
    f("offset", s.offset, -10.0, 10.0);
    f("gamma", s.gamma, 0.1, 10.0);
    f.choice("tone_map", s.tone_map, {"colours", "false_colour", "positive_negative"});
    f("zebra", s.zebra);
    f("pixel_grid", s.pixel_grid);
    f("pixel_values", s.pixel_values);
    f("wipe", s.wipe, 0.0, 1.0);
    f("difference_gain_db", s.difference_gain_db, -40.0, 80.0);
    f.choice("difference_of", s.difference_of, {"mean", "largest"});
}

template <class F>
void fields(Scene& s, F& f) {
    f("model_a", s.model[0]);
    f("model_b", s.model[1]);
    f.group("latent", s.latent);
    f.group("transform", s.transform);
    f.edits("edits_a", s.edits[0]);
    f.edits("edits_b", s.edits[1]);
    f.group("layer", s.layer);
    f.group("spectrum", s.spectrum);
    f.group("view", s.view);
    f("playing", s.playing);
    f("time", s.time, 0.0, 1e9);
}

struct Writer {
    json out = json::object();
    template <class T, class... Range>
    void operator()(const char* name, const T& value, Range...) {
        out[name] = value;
    }
    void once_for_both(const char*, const std::array<int, 2>&, int, int) {}
    void bits(const char* name, std::uint64_t value) { out[name] = value; }
    void seeds(const char* name, const std::vector<std::uint32_t>& value) { out[name] = value; }
    template <class E>
    void choice(const char* name, E value, std::initializer_list<const char*> names) {
        out[name] = names.begin()[static_cast<int>(value)];
    }
    void edits(const char* name, const model::Edits& value) { out[name] = model::to_json(value); }
    template <class T>
    void group(const char* name, T& value) {
        Writer inner;
        fields(value, inner);
        out[name] = std::move(inner.out);
    }
    template <class T>
    void list(const char* name, std::vector<T>& values, std::size_t) {
        auto all = json::array();
        for (auto& value : values) {
            Writer inner;
            fields(value, inner);
            all.push_back(std::move(inner.out));
        }
        out[name] = std::move(all);
    }
};

struct Reader {
    const json& in;
    std::string path;

    [[noreturn]] void refuse(const char* name, const char* wanted) const {
        throw std::invalid_argument("scene field '" + path + name + "': expected " + wanted);
    }
    const json* find(const char* name) const {
        const auto it = in.find(name);
        return it == in.end() ? nullptr : &*it;
    }
    void operator()(const char* name, double& value, double low, double high) const {
        const auto* j = find(name);
        if (!j) return;
        if (!j->is_number() || !std::isfinite(j->get<double>())) refuse(name, "a number");
        value = std::clamp(j->get<double>(), low, high);
    }
    void operator()(const char* name, int& value, int low, int high) const {
        const auto* j = find(name);
        if (!j) return;
        if (!j->is_number() || !std::isfinite(j->get<double>())) refuse(name, "an integer");
        value = static_cast<int>(std::clamp(j->get<double>(), static_cast<double>(low), static_cast<double>(high)));
    }
    void once_for_both(const char* name, std::array<int, 2>& values, int low, int high) const {
        (*this)(name, values[0], low, high);
        if (find(name)) values[1] = values[0];
    }
    void bits(const char* name, std::uint64_t& value) const {
        const auto* j = find(name);
        if (!j) return;
        if (!j->is_number_unsigned()) refuse(name, "an unsigned integer");
        value = j->get<std::uint64_t>();
    }
    void seeds(const char* name, std::vector<std::uint32_t>& value) const {
        const auto* j = find(name);
        if (!j) return;
        const auto is_seed = [](const json& s) {
            return s.is_number_integer() && s >= 0 && s <= std::numeric_limits<std::uint32_t>::max();
        };
        if (!j->is_array() || j->size() > kMostWalkSeeds || !std::all_of(j->begin(), j->end(), is_seed))
            refuse(name, "a list of at most 4096 seeds from 0 to 4294967295");
        value = j->get<std::vector<std::uint32_t>>();
    }
    void operator()(const char* name, bool& value) const {
        const auto* j = find(name);
        if (!j) return;
        if (!j->is_boolean()) refuse(name, "true or false");
        value = j->get<bool>();
    }
    void operator()(const char* name, std::string& value) const {
        const auto* j = find(name);
        if (!j) return;
        if (!j->is_string()) refuse(name, "text");
        value = j->get<std::string>();
    }
    template <class E>
    void choice(const char* name, E& value, std::initializer_list<const char*> names) const {
        const auto* j = find(name);
        if (!j) return;
        if (!j->is_string()) refuse(name, "text");
        for (std::size_t i = 0; i < names.size(); ++i)
            if (*j == names.begin()[i]) {
                value = static_cast<E>(i);
                return;
            }
        refuse(name, "one of its names");
    }
    void edits(const char* name, model::Edits& value) const {
        const auto* j = find(name);
        if (!j) return;
        if (!j->is_object()) refuse(name, "an object");
        value = model::edits_from_json(*j, path + name + ".");
    }
    template <class T>
    void group(const char* name, T& value) const {
        const auto* j = find(name);
        if (!j) return;
        if (!j->is_object()) refuse(name, "an object");
        Reader inner{*j, path + name + "."};
        fields(value, inner);
    }
    template <class T>
    void list(const char* name, std::vector<T>& values, std::size_t most) const {
        const auto* j = find(name);
        if (!j) return;
        if (!j->is_array() || j->size() > most)
            refuse(name, ("a list of at most " + std::to_string(most) + " objects").c_str());
        values.assign(j->size(), {});
        for (std::size_t i = 0; i < values.size(); ++i) {
            Reader inner{(*j)[i], path + name + "." + std::to_string(i) + "."};
            if (!inner.in.is_object()) refuse((name + ("." + std::to_string(i))).c_str(), "an object");
            fields(values[i], inner);
        }
    }
};

/// What a motion can key: all but what stands in no group, the models and the clock.
struct Lister {
    std::vector<SceneField>& out;
    std::string path;

    void add(const char* name, SceneField::Kind kind, double low = 0, double high = 0,
             std::vector<std::string> choices = {}) {
        if (!path.empty()) out.push_back({path + "/" + name, kind, low, high, std::move(choices)});
    }
    void operator()(const char* name, double, double low, double high) {
        add(name, SceneField::Kind::number, low, high);
    }
    void operator()(const char* name, int, int low, int high) { add(name, SceneField::Kind::integer, low, high); }
    void operator()(const char* name, bool) { add(name, SceneField::Kind::toggle); }
    void operator()(const char* name, const std::string&) { add(name, SceneField::Kind::text); }
    void once_for_both(const char*, const std::array<int, 2>&, int, int) {}
    void bits(const char* name, std::uint64_t) { add(name, SceneField::Kind::bits); }
    void seeds(const char* name, const std::vector<std::uint32_t>&) { add(name, SceneField::Kind::seeds); }
    template <class E>
    void choice(const char* name, E, std::initializer_list<const char*> names) {
        add(name, SceneField::Kind::choice, 0, 0, {names.begin(), names.end()});
    }
    void edits(const char* name, const model::Edits&) {
        out.push_back({std::string("/") + name, SceneField::Kind::edits});
    }
    template <class T>
    void group(const char* name, T& value) {
        Lister inner{out, path + "/" + name};
        fields(value, inner);
    }
    template <class T>
    void list(const char* name, std::vector<T>& values, std::size_t) {
        for (std::size_t i = 0; i < values.size(); ++i)
            group((std::string(name) + "/" + std::to_string(i)).c_str(), values[i]);
    }
};

} // namespace

std::vector<SceneField> scene_fields(const Scene& scene) {
    std::vector<SceneField> out;
    Lister lister{out, ""};
    auto copy = scene;
    fields(copy, lister);
    return out;
}

json to_json(const Scene& scene) {
    Writer writer;
    auto copy = scene;
    fields(copy, writer);
    return std::move(writer.out);
}

std::string note_of_unknown_fields(const json& j, const Scene& read, const std::string& path) {
    auto unknown = io::unknown_fields(j, to_json(read), path);
    std::erase_if(unknown, [](const std::string& name) {
        for (const auto* beside : {"motion.", "ready", "film."})
            if (name.rfind(beside, 0) == 0) return true;
        return name.ends_with("w_index"); // read for both sides
    });
    return unknown.empty() ? std::string() : io::unknown_fields_text(unknown);
}

bool looks_like_scene(const json& j) {
    const auto known = to_json(Scene{});
    return j.is_object() &&
           std::any_of(j.items().begin(), j.items().end(), [&](const auto& f) { return known.contains(f.key()); });
}

Scene scene_from_json(const json& j) {
    if (!j.is_object()) throw std::invalid_argument("scene: expected a JSON object");
    Scene scene;
    Reader reader{j, ""};
    fields(scene, reader);
    return scene;
}

} // namespace unstuck::engine
