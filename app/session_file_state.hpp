#pragma once
#include <string>

namespace unstuck::app {

/// What menus and questions about the session's file show.
struct SessionFileState {
    /// Kept up to date by the application.
    struct Shown {
        std::string file;       ///< Where it is saved; empty: nowhere yet.
        bool unsaved = false;   ///< Something has changed since.
        std::string undo, redo; ///< What the next step takes back, or does again; empty: there is none.
        bool operator==(const Shown&) const = default;
    };
    Shown shown;

    enum class Question { none, path_to_open, path_to_save, replace };
    Question question = Question::none; ///< Asked in a window over the others until it is answered.
    std::string path;                   ///< What it is about.
};

} // namespace unstuck::app
