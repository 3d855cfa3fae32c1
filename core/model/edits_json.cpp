#include "core/model/edits_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::model {

using nlohmann::json;

namespace {

constexpr std::array kFamilies = {"kaiser", "bilinear", "binomial", "nearest", "ideal"};
constexpr std::array kWindows = {"kaiser", "hann", "hamming", "blackman", "rectangular"};

/// Lists the fields once for both directions.
template <class Edit, class F>
void filter_fields(Edit& e, F& f) {
    f.choice("family", e.family, kFamilies);
    f("cutoff", e.cutoff);
    f("half_width", e.half_width);
    f("taps", e.taps);
    f.choice("window", e.window, kWindows);
    f("beta", e.beta);
    f("radial", e.radial);
}

template <class Edit, class F>
void layer_fields(Edit& e, F& f) {
    f.filter("up", e.up);
    f.filter("down", e.down);
    f.filter("resample", e.resample);
    f("oversampling", e.oversampling);
    f("slope", e.slope);
    f("clamp", e.clamp);
    f("noise", e.noise);
    f("zero_margin", e.zero_margin);
    f("critical", e.critical);
    f("moved_pixels", e.moved_pixels);
}

struct Writer {
    json out = json::object();
    template <class T>
    void operator()(const char* name, const std::optional<T>& value) {
        if (value) out[name] = *value;
    }
    template <class E, std::size_t N>
    void choice(const char* name, const std::optional<E>& value, const std::array<const char*, N>& names) {
        if (value) out[name] = names[static_cast<std::size_t>(*value)];
    }
    void filter(const char* name, const FilterEdit& edit) {
        if (edit.empty()) return;
        Writer inner;
        filter_fields(edit, inner);
        out[name] = std::move(inner.out);
    }
};

struct Reader {
    const json& in;
    std::string path;

    [[noreturn]] void refuse(const std::string& name, const std::string& wanted) const {
        throw std::invalid_argument("edit '" + path + name + "': expected " + wanted);
    }
    const json* find(const char* name) const {
        const auto it = in.find(name);
        return it == in.end() || it->is_null() ? nullptr : &*it;
    }
    double number(const char* name, const json& j) const {
        if (!j.is_number() || !std::isfinite(j.get<double>())) refuse(name, "a number");
        return j.get<double>();
    }
    void operator()(const char* name, std::optional<double>& value) const {
        if (const auto* j = find(name)) value = number(name, *j);
    }
    void operator()(const char* name, std::optional<int>& value) const {
        constexpr double kMost = 1e6;
        if (const auto* j = find(name))
            value = static_cast<int>(std::lround(std::clamp(number(name, *j), -kMost, kMost)));
    }
    void operator()(const char* name, std::optional<bool>& value) const {
        const auto* j = find(name);
        if (!j) return;
        if (!j->is_boolean()) refuse(name, "true or false");
        value = j->get<bool>();
    }
    template <class E, std::size_t N>
    void choice(const char* name, std::optional<E>& value, const std::array<const char*, N>& names) const {
        const auto* j = find(name);
        if (!j) return;
        std::string all;
        for (std::size_t i = 0; i < N; ++i) {
            if (*j == names[i]) {
                value = static_cast<E>(i);
                return;
            }
            all += (i ? ", " : "") + std::string(names[i]);
        }
        refuse(name, "one of " + all);
    }
    void filter(const char* name, FilterEdit& edit) const {
        const auto* j = find(name);
        if (!j) return;
        if (!j->is_object()) refuse(name, "an object");
        Reader inner{*j, path + name + "."};
        filter_fields(edit, inner);
    }
};

} // namespace

const char* family_name(FilterFamily family) { return kFamilies[static_cast<std::size_t>(family)]; }
const char* window_name(FilterWindow window) { return kWindows[static_cast<std::size_t>(window)]; }

json to_json(const Edits& edits) {
    json out = json::object();
    for (const auto& [name, edit] : edits.layers) {
        Writer writer;
        layer_fields(edit, writer);
        out[name] = std::move(writer.out);
    }
    return out;
}

Edits edits_from_json(const json& j, const std::string& path) {
    if (!j.is_object()) throw std::invalid_argument("edit '" + path + "': expected an object of layers");
    Edits out;
    for (const auto& [name, fields] : j.items()) {
        const auto where = path + name + ".";
        if (!fields.is_object()) throw std::invalid_argument("edit '" + path + name + "': expected an object");
        LayerEdit edit;
        Reader reader{fields, where};
        layer_fields(edit, reader);
        out.set(name, edit);
    }
    return out;
}

} // namespace unstuck::model
