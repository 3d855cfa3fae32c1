#include "core/engine/model_names.hpp"

#include <algorithm>
#include <filesystem>

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

std::string model_title(const std::string& name) {
    for (const auto& demo : demo_models())
        if (name == demo.name) return demo.title;
    const auto slash = name.find_last_of('/');
    return slash == std::string::npos ? name : name.substr(slash + 1);
}

} // namespace unstuck::engine
