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

bool is_demo(const std::string& name); ///< "demo:...", whether there is one of that name or not.

/// Whether it can be opened, as far as its name says: a demo that there is, or a file.
bool model_is_there(const std::string& name);

/// A model or a file with a w as scenes keep it: a file's path from the root, since the program may be started
/// elsewhere next time.
std::string lasting_name(const std::string& name);

/// A short name for people: the demo's title, or the file's name without its folders.
std::string model_title(const std::string& name);

} // namespace unstuck::engine
