#include "core/engine/model_source.hpp"

#include "core/io/error.hpp"
#include "core/model/untrained.hpp"

extern "C" {
extern const std::byte unstuck_demo_stylegan2[], unstuck_demo_stylegan2_end[];
extern const std::byte unstuck_demo_alias_free_t[], unstuck_demo_alias_free_t_end[];
}

namespace unstuck::engine {

io::Checkpoint open_model(const std::string& name) {
    const auto embedded = [&](const std::byte* begin, const std::byte* end) {
        auto out = io::read_checkpoint(io::MappedFile::from_memory(name, {begin, end}));
        out.label = "demo, trained to show texture sticking";
        return out;
    };
    if (name == "demo:stylegan2") return embedded(unstuck_demo_stylegan2, unstuck_demo_stylegan2_end);
    if (name == "demo:alias-free-t") return embedded(unstuck_demo_alias_free_t, unstuck_demo_alias_free_t_end);
    if (name == "demo:alias-free-r") {
        model::GeneratorConfig config;
        config.img_resolution = 64;
        config.z_dim = config.w_dim = 64;
        config.channel_base = 1536;
        config.channel_max = 40;
        // As in the trained pair: frequencies of a few pixels lie near the input, so that there is texture to look at.
        config.num_layers = 8;
        config.first_cutoff = 6;
        config.first_stopband = 9.2;
        config.conv_kernel = 1;
        config.use_radial_filters = true;
        auto out = model::make_untrained(config, 3);
        out.path = name;
        return out;
    }
    if (is_demo(name)) {
        std::string known;
        for (const auto& demo : demo_models()) known += (known.empty() ? "" : ", ") + std::string(demo.name);
        throw io::FileError(name, "is no demo model; there are " + known);
    }
    return io::open_checkpoint(name);
}

} // namespace unstuck::engine
