#pragma once
#include "core/engine/scene.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::app {

/// What a file dialog is opened for.
struct FileQuestion {
    enum class Purpose { open_model, open_scene, open_session, save_session, open_recipe, save_recipe };
    Purpose purpose = Purpose::open_model;
    engine::Side side = engine::Side::a; ///< Of a model.
    std::string start;                   ///< A file or folder to begin at; empty: as the desktop likes.
};

struct FileAnswer {
    FileQuestion question;
    std::vector<std::string> paths; ///< Empty when it was cancelled.
};

/// The native file dialog, as an interface, so that a test can stand in for it. It does not ask before a file is
/// replaced: the program does.
class FileDialog {
  public:
    virtual ~FileDialog() = default;
    virtual bool available() const = 0;
    virtual void open(const FileQuestion& question) = 0; ///< Nothing happens while one is open.
    virtual bool is_open() const = 0;
    virtual std::optional<FileAnswer> poll() = 0; ///< The answer, once, when the dialog closed.
};
std::unique_ptr<FileDialog> make_native_dialog();

} // namespace unstuck::app
