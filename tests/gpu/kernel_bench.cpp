// How fast filtered_lrelu is on every layer of StyleGAN3-T and -R at 1024 px, in float16, beside what this card's
// memory and arithmetic allow. Prints JSON; no GPU: says so on standard error and leaves with 2. usage:
// gpu_kernel_bench [RADIAL TERMS]
#include "core/model/config.hpp"
#include "cuda/half.h"
#include "tests/gpu/crop.hpp"
#include "tests/gpu/under_test.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>

namespace unstuck::cuda {

namespace {

class Event {
  public:
    Event() { UNSTUCK_CUDA_CHECK(cudaEventCreate(&event_)); }
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event() { cudaEventDestroy(event_); }
    void record() { UNSTUCK_CUDA_CHECK(cudaEventRecord(event_)); }
    double ms_since(const Event& start) const {
        float ms = 0;
        UNSTUCK_CUDA_CHECK(cudaEventSynchronize(event_));
        UNSTUCK_CUDA_CHECK(cudaEventElapsedTime(&ms, start.event_, event_));
        return ms;
    }

  private:
    cudaEvent_t event_ = nullptr;
};

struct Times {
    double median_ms = 0, fastest_ms = 0;
};

template <class F>
Times time(F&& work) {
    constexpr int kWarm = 3, kRuns = 21;
    for (int i = 0; i < kWarm; ++i) work();
    std::vector<double> ms;
    for (int i = 0; i < kRuns; ++i) {
        Event start, stop;
        start.record();
        work();
        stop.record();
        ms.push_back(stop.ms_since(start));
    }
    std::sort(ms.begin(), ms.end());
    return {ms[kRuns / 2], ms.front()};
}

/// Read plus written, in GB/s.
double copy_bandwidth() {
    constexpr std::size_t kBytes = 512u << 20;
    Memory from(kBytes), to(kBytes);
    UNSTUCK_CUDA_CHECK(cudaMemset(from.data(), 1, kBytes));
    const auto t = time([&] {
        UNSTUCK_CUDA_CHECK(cudaMemcpyAsync(to.data(), from.data(), kBytes, cudaMemcpyDeviceToDevice, nullptr));
    });
    return 2e-6 * static_cast<double>(kBytes) / t.median_ms;
}

/// Of the ordinary cores, in TFLOP/s. Lanes per multiprocessor: CUDA's programming guide, table of compute
/// capabilities.
double fp32_peak(const cudaDeviceProp& p) {
    int khz = 0;
    UNSTUCK_CUDA_CHECK(cudaDeviceGetAttribute(&khz, cudaDevAttrClockRate, 0));
    const bool narrow = p.major == 7 || (p.major == 8 && p.minor == 0);
    return 2e-9 * p.multiProcessorCount * (narrow ? 64 : 128) * khz;
}

/// Repeats a block of normal numbers: its length shares no factor with a layer's sides.
void fill(Memory& to, std::size_t count) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    std::vector<Half> block(1000003), all(count);
    for (auto& h : block) h = from_float<Half>(normal(random));
    for (std::size_t i = 0; i < count; ++i) all[i] = block[i % block.size()];
    to.write(all.data(), count * sizeof(Half));
}

std::vector<float> random_filter(int taps, int terms) {
    std::mt19937 random(2);
    std::normal_distribution<float> normal(0, 1 / std::sqrt(static_cast<float>(taps)));
    std::vector<float> out(static_cast<std::size_t>(2 * taps * terms));
    for (float& v : out) v = normal(random);
    return out;
}

/// A layer of the network as the engine calls it, filled with random numbers.
struct Layer {
    Layer(const model::LayerPlan& plan, int radial_terms)
        : x(size(plan.in_size + plan.conv_kernel - 1, plan.out_channels) * sizeof(Half)),
          y(size(plan.out_size, plan.out_channels) * sizeof(Half)), up(random_filter(plan.up_taps, 1)),
          down(random_filter(plan.down_taps, terms(plan, radial_terms))),
          bias(static_cast<std::size_t>(stored(plan.out_channels)), 0.1f) {
        const int x_side = plan.in_size + plan.conv_kernel - 1;
        fill(x, size(x_side, plan.out_channels));
        call.x = {x.data(), Element::f16, 1, x_side, x_side, stored(plan.out_channels)};
        call.y = {y.data(), Element::f16, 1, plan.out_size, plan.out_size, stored(plan.out_channels)};
        call.up = plan.up_factor;
        call.down = plan.down_factor;
        call.pad_x0 = call.pad_y0 = plan.padding_low;
        call.up_filter = {up.host.data(), up.device(), 1, plan.up_taps};
        call.down_filter = {down.host.data(), down.device(), terms(plan, radial_terms), plan.down_taps};
        call.bias = bias.device();
        call.slope = 0.2f;
        call.gain = std::sqrt(2.f);
        call.clamp = 256;
    }

    static int stored(int channels) { return round_up(channels, kChannelGroup); }
    static std::size_t size(int side, int channels) {
        return static_cast<std::size_t>(side) * static_cast<std::size_t>(side) *
               static_cast<std::size_t>(stored(channels));
    }
    static int terms(const model::LayerPlan& plan, int radial_terms) { return plan.down_radial ? radial_terms : 1; }

    /// Each input read once, each result written once.
    double bytes() const {
        return static_cast<double>(sizeof(Half)) * static_cast<double>(call.x.size() + call.y.size());
    }

    /// Of separable filters that skip the inserted zeros: rows, then columns, up; columns, then rows, down.
    double flop() const {
        const double raised = raised_side(call.y.height, call.down, call.down_filter.taps);
        const double up_taps = std::ceil(static_cast<double>(call.up_filter.taps) / call.up);
        const double up_sums = (call.x.height + raised) * raised * up_taps;
        const double down_sums =
            (raised + call.y.height) * call.y.width * call.down_filter.taps * call.down_filter.terms;
        return 2 * call.y.channels * (up_sums + down_sums + 2 * raised * raised);
    }

    Memory x, y;
    Array<float> up, down, bias;
    FilteredLrelu call;
};

/// A square of an image in the GPU's memory, its first 8 channels.
std::vector<Half> download(const Images& from, Span rows, Span columns) {
    std::vector<Half> out(static_cast<std::size_t>(rows.size()) * static_cast<std::size_t>(columns.size()) * 8);
    for (int row = 0; row < rows.size(); ++row) {
        const auto pixel = static_cast<std::size_t>(rows.begin + row) * static_cast<std::size_t>(from.width) +
                           static_cast<std::size_t>(columns.begin);
        const auto pitch = static_cast<std::size_t>(from.channels) * sizeof(Half);
        UNSTUCK_CUDA_CHECK(cudaMemcpy2D(out.data() + static_cast<std::size_t>(row * columns.size()) * 8,
                                        8 * sizeof(Half), static_cast<const char*>(from.data) + pixel * pitch, pitch,
                                        8 * sizeof(Half), static_cast<std::size_t>(columns.size()),
                                        cudaMemcpyDeviceToHost));
    }
    return out;
}

/// The largest difference to the reference over some squares of results, in units of the largest result there.
double largest_error(const Layer& layer) {
    constexpr int kCount = 6;
    const auto& p = layer.call;
    const int last = std::max(0, p.y.height - kCount), count = std::min(kCount, p.y.height);
    double error = 0, largest = 0;
    for (const auto& [first_y, first_x] : {std::pair{0, 0}, {last, last}, {last / 2, last / 3}, {0, last}}) {
        const auto rows = needed(p, p.pad_y0, p.x.height, first_y, count);
        const auto columns = needed(p, p.pad_x0, p.x.width, first_x, count);
        auto x = download(p.x, rows, columns);
        const auto y = download(p.y, {first_y, first_y + count, 0}, {first_x, first_x + count, 0});
        std::vector<float> expected(y.size());
        auto q = p;
        q.x = {x.data(), Element::f16, 1, rows.size(), columns.size(), 8};
        q.y = {expected.data(), Element::f32, 1, count, count, 8};
        q.pad_y0 = rows.pad;
        q.pad_x0 = columns.pad;
        q.up_filter.taps_device = q.up_filter.taps_host; // the reference's memory is the processor's
        q.down_filter.taps_device = q.down_filter.taps_host;
        q.bias = layer.bias.host.data();
        filtered_lrelu_ref(q);
        for (std::size_t i = 0; i < y.size(); ++i) {
            const double difference = std::abs(static_cast<double>(to_float(y[i])) - expected[i]);
            error = difference <= error ? error : difference; // NaN stays
            largest = std::max(largest, static_cast<double>(std::abs(expected[i])));
        }
    }
    return error / largest;
}

model::GeneratorConfig config(bool rotation) {
    model::GeneratorConfig c;
    c.img_resolution = 1024;
    if (!rotation) return c;
    c.conv_kernel = 1;
    c.use_radial_filters = true;
    c.channel_base *= 2;
    c.channel_max *= 2;
    return c;
}

struct Card {
    double copy_gbs = 0, fp32_tflops = 0;
};

nlohmann::json measure(const model::LayerPlan& plan, int radial_terms, const Card& card) {
    const Layer layer(plan, radial_terms);
    run(layer.call);
    const double error = largest_error(layer);
    const auto t = time([&] { filtered_lrelu_cuda(layer.call, nullptr); });
    const double gbs = 1e-6 * layer.bytes() / t.median_ms, tflops = 1e-9 * layer.flop() / t.median_ms;
    // Half an ulp of a half relative to the largest, and what float32 sums of some hundred terms lose: far below it.
    const bool right = error <= 0x1p-10;
    const double floor_ms = std::max(1e-6 * layer.bytes() / card.copy_gbs, 1e-9 * layer.flop() / card.fp32_tflops);
    return {{"layer", plan.name},
            {"up", plan.up_factor},
            {"down", plan.down_factor},
            {"radial", plan.down_radial},
            {"right", right},
            {"error", error},
            {"ms", t.median_ms},
            {"fastest_ms", t.fastest_ms},
            {"floor_ms", floor_ms},
            {"gb_per_s", gbs},
            {"share_of_copy", gbs / card.copy_gbs},
            {"tflop_per_s", tflops},
            {"share_of_fp32", tflops / card.fp32_tflops}};
}

int bench(const std::string& argument) {
    const auto why = no_device();
    if (!why.empty()) {
        std::fprintf(stderr, "gpu_kernel_bench: no usable NVIDIA GPU here: %s\n", why.c_str());
        return 2;
    }
    if (argument == "--check") return 0;
    const int radial_terms = std::max(1, std::atoi(argument.c_str()));
    cudaDeviceProp properties{};
    UNSTUCK_CUDA_CHECK(cudaGetDeviceProperties(&properties, 0));
    const Card card{copy_bandwidth(), fp32_peak(properties)};
    nlohmann::json out{{"device", properties.name},
                       {"copy_gb_per_s", card.copy_gbs},
                       {"fp32_tflop_per_s", card.fp32_tflops},
                       {"radial_terms", radial_terms}};
    bool right = true;
    for (const bool rotation : {false, true}) {
        double total_ms = 0, floor_ms = 0;
        nlohmann::json layers = nlohmann::json::array();
        for (const auto& plan : model::plan_alias_free(config(rotation)).layers) {
            if (plan.is_torgb) continue;
            layers.push_back(measure(plan, radial_terms, card));
            total_ms += layers.back()["ms"].get<double>();
            floor_ms += layers.back()["floor_ms"].get<double>();
            right = right && layers.back()["right"].get<bool>();
        }
        out[rotation ? "R-1024" : "T-1024"] = {{"layers", layers}, {"ms", total_ms}, {"floor_ms", floor_ms}};
    }
    std::printf("%s\n", out.dump(2).c_str());
    return right ? 0 : 1;
}

} // namespace

} // namespace unstuck::cuda

int main(int argc, char** argv) {
    try {
        return unstuck::cuda::bench(argc > 1 ? argv[1] : "4");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "gpu_kernel_bench: %s\n", e.what());
        return 1;
    }
}
