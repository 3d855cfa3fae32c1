#pragma once
#include "app/file_dialog.hpp"

#include <utility>

namespace unstuck::test {

/// Stands in for the native dialog: answers with these paths at once.
class ScriptedDialog final : public app::FileDialog {
  public:
    explicit ScriptedDialog(std::vector<std::string> paths) : paths_(std::move(paths)) {}
    bool available() const override { return true; }
    void open(const app::FileQuestion& question) override { question_ = question; }
    bool is_open() const override { return question_.has_value(); }
    std::optional<app::FileAnswer> poll() override {
        if (!question_) return std::nullopt;
        return app::FileAnswer{*std::exchange(question_, std::nullopt), paths_};
    }

  private:
    std::vector<std::string> paths_;
    std::optional<app::FileQuestion> question_;
};

/// A machine without zenity and the like.
class NoDialog final : public app::FileDialog {
  public:
    bool available() const override { return false; }
    void open(const app::FileQuestion&) override {}
    bool is_open() const override { return false; }
    std::optional<app::FileAnswer> poll() override { return std::nullopt; }
};

} // namespace unstuck::test
