#pragma once
#include <string>
#include <vector>

namespace unstuck::engine {

struct DemoModel {
    const char* name;  ///< "demo:stylegan2", ...
    const char* title; ///< For people.
};

/// The models that come with the program.
const std::vector<DemoModel>& demo_models();

/// A short name for people: the demo's title, or the file's name without its folders.
std::string model_title(const std::string& name);

} // namespace unstuck::engine
