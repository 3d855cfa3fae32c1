#include "core/engine/model_source.hpp"

#include "core/io/error.hpp"
#include "core/model/untrained.hpp"

#include <algorithm>
#include <filesystem>

extern "C" {
extern const std::byte unstuck_demo_stylegan2[], unstuck_demo_stylegan2_end[];
extern const std::byte unstuck_demo_alias_free_t[], unstuck_demo_alias_free_t_end[];
}

namespace unstuck::engine {

const std::vector<DemoModel>& demo_models() {
    static const std::vector<DemoModel> models = {
        {"demo:stylegan2", "StyleGAN2 demo, 64 px"},
        {"demo:alias-free-t", "Alias-free T demo, 64 px"},
        {"demo:alias-free-r", "Alias-free R, untrained, 64 px"},
    };
    return models;
}

bool is_demo(const std::string& name) { return name.rfind("demo:", 0) == 0; }

bool model_is_there(const std::string& name) {
    if (is_demo(name))
        return std::any_of(demo_models().begin(), demo_models().end(), [&](const auto& d) { return name == d.name; });
    std::error_code ignored;
    return std::filesystem::is_regular_file(name, ignored);
}

std::string lasting_name(const std::string& name) {
    if (name.empty() || is_demo(name)) return name;
    std::error_code error;
    const auto path = std::filesystem::absolute(name, error).lexically_normal().string();
    return error ? name : path;
}

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

std::string model_title(const std::string& name) {
    for (const auto& demo : demo_models())
        if (name == demo.name) return demo.title;
    const auto slash = name.find_last_of('/');
    return slash == std::string::npos ? name : name.substr(slash + 1);
}

} // namespace unstuck::engine
