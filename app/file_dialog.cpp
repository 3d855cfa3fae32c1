#include "app/application.hpp"

#include <portable_file_dialogs.h>

namespace unstuck::app {

namespace {

class NativeDialog final : public FileDialog {
  public:
    ~NativeDialog() override {
        if (dialog_) dialog_->kill(); // else its destructor waits for the user
    }
    bool available() const override { return pfd::settings::available(); }
    void open(engine::Side side) override {
        if (dialog_) return;
        side_ = side;
        dialog_ = std::make_unique<pfd::open_file>(
            side == engine::Side::a ? "Open model A" : "Open model B", "",
            std::vector<std::string>{"Models", "*.pkl *.safetensors", "All files", "*"}, pfd::opt::multiselect);
    }
    void open_scene() override {
        if (dialog_) return;
        dialog_ = std::make_unique<pfd::open_file>(
            "Open a scene", "",
            std::vector<std::string>{"Pictures, films, scenes", "*.png *.mp4 *.mkv *.webp *.gif *.json", "All files",
                                     "*"});
    }
    bool is_open() const override { return dialog_ != nullptr; }
    std::optional<std::pair<engine::Side, std::vector<std::string>>> poll() override {
        if (!dialog_ || !dialog_->ready(0)) return std::nullopt;
        auto paths = dialog_->result();
        dialog_.reset();
        return std::pair{side_, std::move(paths)};
    }

  private:
    std::unique_ptr<pfd::open_file> dialog_;
    engine::Side side_ = engine::Side::a;
};

} // namespace

std::unique_ptr<FileDialog> make_native_dialog() { return std::make_unique<NativeDialog>(); }

} // namespace unstuck::app
