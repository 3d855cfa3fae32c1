#include "app/cli/options.hpp"
#include "app/system_rows.hpp"
#include "core/engine/model_card.hpp"

#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace unstuck::app {

namespace {

using nlohmann::json;

json gpu_json(const engine::GpuDevice& gpu) {
    return {{"device", fmt::format("cuda:{}", gpu.index)},
            {"name", gpu.name},
            {"sm", gpu.major * 10 + gpu.minor},
            {"memory_bytes", gpu.memory_bytes},
            {"usable", gpu.usable},
            {"why_not", gpu.why_not}};
}

json report_json(const engine::SystemReport& r) {
    constexpr std::array kernels = {"none", "fused", "reference", "disabled"};
    constexpr std::array tests = {"not run", "passed", "failed"};
    auto out = json{{"version", r.version},
                    {"libtorch", r.libtorch},
                    {"simd", r.simd},
                    {"blas", r.blas},
                    {"threads", r.threads},
                    {"cuda_built", r.cuda_built},
                    {"cuda", r.cuda_status},
                    {"torch_cuda", r.torch_cuda},
                    {"driver", r.driver},
                    {"runtime", r.runtime},
                    {"architectures", r.architectures},
                    {"gpus", json::array()},
                    {"computes", computing_name(r)},
                    {"device", r.gpu() ? fmt::format("cuda:{}", r.gpu()->index) : "cpu"},
                    {"kernels", kernels.at(static_cast<std::size_t>(r.kernels))},
                    {"kernels_why", r.kernels_why},
                    {"precision", r.gpu() ? engine::precision_text(r.precision) : "float32"},
                    {"graph", r.graph},
                    {"self_test", tests.at(static_cast<std::size_t>(r.self_test))},
                    {"self_test_text", r.self_test_text},
                    {"why_slow", slow_hints(r, nullptr)}};
    for (const auto& gpu : r.gpus) out["gpus"].push_back(gpu_json(gpu));
    return out;
}

} // namespace

int run_inspect(const InspectOptions& o) {
    const auto card = engine::model_card(o.model);
    if (o.json)
        print_json(card);
    else
        fmt::print("{}", engine::model_card_text(card));
    return 0;
}

int run_convert(const ConvertOptions& o) {
    engine::convert_model(o.in, o.out);
    if (o.json)
        print_json({{"in", o.in}, {"out", o.out}});
    else
        fmt::print("{}\n", o.out);
    return 0;
}

int run_version(bool json) {
    const auto r = engine::system_report({}, true);
    if (!json) {
        fmt::print("{}", system_text(r, nullptr));
        return 0;
    }
    print_json(report_json(r));
    return 0;
}

} // namespace unstuck::app
