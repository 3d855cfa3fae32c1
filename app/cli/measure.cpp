#include "app/cli/options.hpp"
#include "app/cli/progress.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::app {

namespace {

using nlohmann::json;

json value_json(const engine::MeasuredValue& v, bool each) {
    json out = {{"name", v.name}, {"unit", v.unit}, {"state", v.state}, {"samples", v.samples}};
    out["value"] = v.value ? json(*v.value) : json();
    out["ci95"] = v.ci95 ? json(*v.ci95) : json();
    if (each) out["per_sample"] = v.each;
    return out;
}

json result_json(const MeasureOptions& o, const engine::Measurement& m) {
    json out = {{"model", o.request.model},  {"quantity", o.quantity}, {"seed", o.request.seed},
                {"samples", m.samples_done}, {"stopped", m.stopped},   {"seconds", m.seconds}};
    if (m.values.size() == 1)
        out.update(value_json(m.values.front(), o.each));
    else
        for (const auto& v : m.values) out["layers"].push_back(value_json(v, o.each));
    if (o.quantity == "sticking") out["floor"] = m.floor;
    return out;
}

void print_value(const engine::MeasuredValue& v) {
    if (!v.value) {
        fmt::print("{:<16} {}\n", v.name, v.state);
        return;
    }
    const int digits = v.unit.empty() ? 3 : 2;
    fmt::print("{:<16} {:>8.{}f}{}{}", v.name, *v.value, digits, v.unit.empty() ? "" : " ", v.unit);
    if (v.ci95) fmt::print("   95 %: {:.{}f} to {:.{}f}", (*v.ci95)[0], digits, (*v.ci95)[1], digits);
    fmt::print("   {} sample{}\n", v.samples, v.samples == 1 ? "" : "s");
}

} // namespace

int run_measure(const MeasureOptions& o) {
    auto request = o.request;
    const auto quantity = engine::parse_quantity(o.quantity);
    if (!quantity)
        throw std::invalid_argument("measure: '" + o.quantity +
                                    "' is none of eqt, eqt-frac, eqr, aliasing, layers, sticking");
    request.quantity = *quantity;
    request.edits = read_edits(o.edits);
    request.device = parse_device({}, o.device, o.precision);
    const CatchInterrupt guard;
    const ProgressBar bar;
    const auto m = engine::measure_model(request, [&](int done, int of) {
        bar.show(done, of);
        return !guard.caught();
    });
    if (o.json) {
        print_json(result_json(o, m));
    } else {
        for (const auto& v : m.values) print_value(v);
        if (o.quantity == "sticking") fmt::print("{} moves leave a floor of {:.3f}\n", request.views, m.floor);
        if (o.quantity == "layers") fmt::print("relative to each layer's own range: not the paper's EQ-T\n");
        if (o.quantity == "aliasing")
            fmt::print("error over signal against the layer itself, oversampled 8 times between near-ideal filters\n");
        if (m.stopped) fmt::print("stopped after {} of {} samples\n", m.samples_done, request.samples);
    }
    return m.stopped ? kInterrupted : 0;
}

} // namespace unstuck::app
