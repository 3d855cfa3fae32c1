#include "core/engine/new_model.hpp"

#include "core/io/checkpoint.hpp"
#include "core/model/untrained.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

namespace {

model::GeneratorConfig config_of(const NewModel& m) {
    model::GeneratorConfig c;
    c.img_resolution = m.resolution;
    c.img_channels = m.image_channels;
    c.channel_base = m.channel_base;
    c.channel_max = m.channel_max;
    c.c_dim = m.classes;
    if (m.config == "r") {
        c.conv_kernel = 1;
        c.use_radial_filters = true;
        c.channel_base *= 2;
        c.channel_max *= 2;
    } else if (m.config == "stylegan2") {
        c.family = model::Family::stylegan2;
        c.mapping_layers = 8;
    } else if (m.config != "t") {
        throw std::invalid_argument("--config: '" + m.config + "' is none of t, r, stylegan2");
    }
    return model::parse_config(model::family_name(c.family), model::config_kwargs(c));
}

} // namespace

void write_new_model(const NewModel& request, const std::string& path) {
    io::write_checkpoint(path, model::make_untrained(config_of(request), request.seed));
}

} // namespace unstuck::engine
