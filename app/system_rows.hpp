#pragma once
#include "app/window/upload.hpp"
#include "core/engine/system_report.hpp"

#include <string>
#include <vector>

namespace unstuck::app {

/// What the window adds to the core's report.
struct WindowFacts {
    std::string gl_renderer;
    UploadStatus upload;
};

struct SystemRow {
    enum class Mark { plain, good, warning };
    const char* label = "";
    std::string value;
    const char* tip = "";
    Mark mark = Mark::plain;
};

/// The system page's rows; without a window (null) those that need none.
std::vector<SystemRow> system_rows(const engine::SystemReport& report, const WindowFacts* window);

/// Whole sentences: what makes this run slower than it need be, each with its mend. Empty: nothing known.
std::vector<std::string> slow_hints(const engine::SystemReport& report, const WindowFacts* window);

/// All of it as text, a line per row: what "copy details" copies and --version prints.
std::string system_text(const engine::SystemReport& report, const WindowFacts* window);

/// What computes, in a word: "CPU", or the GPU's name.
std::string computing_name(const engine::SystemReport& report);

} // namespace unstuck::app
