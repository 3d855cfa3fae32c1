#include "app/cli/options.hpp"
#include "core/engine/batch_render.hpp"
#include "core/engine/model_card.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace unstuck::app {

int run_inspect(const InspectOptions& o) {
    const auto card = engine::model_card(o.model);
    fmt::print("{}", o.json ? card.dump(2) + "\n" : engine::model_card_text(card));
    return 0;
}

int run_convert(const ConvertOptions& o) {
    engine::convert_model(o.in, o.out);
    if (o.json)
        fmt::print("{}\n", nlohmann::json{{"in", o.in}, {"out", o.out}}.dump(2));
    else
        fmt::print("{}\n", o.out);
    return 0;
}

int run_version(bool json) {
    const auto s = engine::system_info();
    if (json) {
        fmt::print("{}\n", nlohmann::json{{"version", s.version},
                                          {"libtorch", s.libtorch},
                                          {"simd", s.simd},
                                          {"blas", s.blas},
                                          {"threads", s.threads},
                                          {"cuda_built", s.cuda_built},
                                          {"cuda", s.cuda_status}}
                               .dump(2));
        return 0;
    }
    fmt::print("unstuck {}\nLibTorch {}, {}, SIMD {}, {} threads\nCUDA: {}\n", s.version, s.libtorch, s.blas, s.simd,
               s.threads, s.cuda_status);
    return 0;
}

} // namespace unstuck::app
