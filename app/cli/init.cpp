#include "app/cli/options.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace unstuck::app {

int run_init(const InitOptions& o) {
    engine::write_new_model(o.model, o.out);
    if (o.json)
        fmt::print("{}\n", nlohmann::json{{"out", o.out}, {"seed", o.model.seed}}.dump(
                               2, ' ', false, nlohmann::json::error_handler_t::replace));
    else
        fmt::print("{}\n", o.out);
    return 0;
}

} // namespace unstuck::app
