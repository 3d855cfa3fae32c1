#include "app/cli/options.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <unistd.h>

namespace unstuck::app {

namespace {

using nlohmann::json;

volatile std::sig_atomic_t interrupted = 0; // all that a signal's handler may write

/// While it lives, Ctrl-C asks for an end instead of making one; a second one makes it.
class CatchInterrupt {
  public:
    CatchInterrupt() {
        struct sigaction action {};
        action.sa_handler = [](int) { interrupted = 1; };
        action.sa_flags = static_cast<int>(SA_RESETHAND);
        ::sigaction(SIGINT, &action, &before_);
    }
    ~CatchInterrupt() { ::sigaction(SIGINT, &before_, nullptr); }
    CatchInterrupt(const CatchInterrupt&) = delete;
    CatchInterrupt& operator=(const CatchInterrupt&) = delete;

  private:
    struct sigaction before_ {};
};

/// A bar with the time left, on a terminal only.
class ProgressBar {
  public:
    void show(int done, int of) const {
        if (::isatty(STDERR_FILENO) == 0) return;
        constexpr int kWidth = 32;
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start_;
        const double left = spent.count() / done * (of - done);
        const int filled = kWidth * done / of;
        fmt::print(stderr, "\r[{:#<{}}{:.<{}}] {}/{}, {:.0f} s left ", "", filled, "", kWidth - filled, done, of, left);
        if (done == of) fmt::print(stderr, "\n");
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

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
    interrupted = 0;
    const CatchInterrupt guard;
    const ProgressBar bar;
    const auto m = engine::measure_model(request, [&](int done, int of) {
        bar.show(done, of);
        return interrupted == 0;
    });
    if (o.json) {
        fmt::print("{}\n", result_json(o, m).dump(2));
    } else {
        for (const auto& v : m.values) print_value(v);
        if (o.quantity == "sticking") fmt::print("{} moves leave a floor of {:.3f}\n", request.views, m.floor);
        if (o.quantity == "layers") fmt::print("relative to each layer's own range: not the paper's EQ-T\n");
        if (o.quantity == "aliasing")
            fmt::print("error over signal against the layer itself, oversampled 8 times between near-ideal filters\n");
        if (m.stopped) fmt::print("stopped after {} of {} samples\n", m.samples_done, request.samples);
    }
    constexpr int kInterrupted = 130; // as a shell counts it
    return m.stopped ? kInterrupted : 0;
}

} // namespace unstuck::app
