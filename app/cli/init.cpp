#include "app/cli/options.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace unstuck::app {

int run_init(const InitOptions& o) {
    engine::write_new_model(o.model, o.out);
    if (o.json)
        print_json({{"out", o.out}, {"seed", o.model.seed}});
    else
        fmt::print("{}\n", o.out);
    return 0;
}

} // namespace unstuck::app
