#include "app/file_dialog.hpp"

#include <portable_file_dialogs.h>

namespace unstuck::app {

namespace {

using Purpose = FileQuestion::Purpose;

const std::vector<std::string> kModels = {"Models", "*.pkl *.safetensors", "All files", "*"};
const std::vector<std::string> kScenes = {"Pictures and films", "*.png *.mp4 *.mkv *.webp *.gif *.json", "All files",
                                          "*"};
const std::vector<std::string> kRecipes = {"Recipes", "*.json", "All files", "*"};
const std::vector<std::string> kSessions = {"Sessions", "*.unstuck *.json", "All files", "*"};

class NativeDialog final : public FileDialog {
  public:
    ~NativeDialog() override {
        // Else their destructors wait for the user.
        if (open_) open_->kill();
        if (save_) save_->kill();
    }
    bool available() const override { return pfd::settings::available(); }
    void open(const FileQuestion& question) override {
        if (is_open()) return;
        question_ = question;
        switch (question.purpose) {
        case Purpose::open_model:
            open_ = std::make_unique<pfd::open_file>(question.side == engine::Side::a ? "Open model A" : "Open model B",
                                                     question.start, kModels, pfd::opt::multiselect);
            break;
        case Purpose::open_scene:
            open_ = std::make_unique<pfd::open_file>("Open a scene", question.start, kScenes);
            break;
        case Purpose::open_session:
            open_ = std::make_unique<pfd::open_file>("Open session", question.start, kSessions);
            break;
        case Purpose::open_recipe:
            open_ = std::make_unique<pfd::open_file>("Open recipe", question.start, kRecipes);
            break;
        case Purpose::save_recipe:
            save_ =
                std::make_unique<pfd::save_file>("Save recipe as", question.start, kRecipes, pfd::opt::force_overwrite);
            break;
        case Purpose::save_session:
            save_ = std::make_unique<pfd::save_file>("Save session as", question.start, kSessions,
                                                     pfd::opt::force_overwrite);
            break;
        }
    }
    bool is_open() const override { return open_ || save_; }
    std::optional<FileAnswer> poll() override {
        FileAnswer answer{question_, {}};
        if (open_ && open_->ready(0)) {
            answer.paths = open_->result();
            open_.reset();
            return answer;
        }
        if (save_ && save_->ready(0)) {
            if (const auto path = save_->result(); !path.empty()) answer.paths = {path};
            save_.reset();
            return answer;
        }
        return std::nullopt;
    }

  private:
    std::unique_ptr<pfd::open_file> open_;
    std::unique_ptr<pfd::save_file> save_;
    FileQuestion question_;
};

} // namespace

std::unique_ptr<FileDialog> make_native_dialog() { return std::make_unique<NativeDialog>(); }

} // namespace unstuck::app
