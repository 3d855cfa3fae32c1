// Recipes: the menu, and the forms that open and save them.
#include "app/actions.hpp"
#include "app/panels/panels.hpp"
#include "app/panels/timeline_parts.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <misc/cpp/imgui_stdlib.h>

namespace unstuck::app {

using Kind = Command::Kind;

namespace {

void say_error(const std::string& error) {
    if (error.empty()) return;
    ImGui::PushStyleColor(ImGuiCol_Text, error_colour());
    ImGui::PushTextWrapPos(ImGui::GetFontSize() * 30);
    ImGui::TextUnformatted(error.c_str());
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
}

bool begin_form(const char* name, bool& asked) {
    if (std::exchange(asked, false)) ImGui::OpenPopup(name);
    ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetCenter(), ImGuiCond_Appearing, {0.5f, 0.5f});
    return ImGui::BeginPopupModal(name, nullptr, ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings);
}

void field(const char* label, const char* tip, std::string& text, const char* hint) {
    ImGui::SetNextItemWidth(ImGui::GetFontSize() * 26);
    ImGui::InputTextWithHint(label, hint, &text);
    tooltip(tip);
}

bool close_button() {
    ImGui::SameLine();
    const bool cancel = ImGui::Button("Cancel") || ImGui::IsKeyPressed(ImGuiKey_Escape, false);
    if (cancel) ImGui::CloseCurrentPopup();
    return cancel;
}

void open_form(PanelContext& c) {
    auto& form = c.ui.recipes;
    if (!begin_form("Open recipe", form.ask_open)) return;
    field("File", "A recipe: a JSON file, as those in assets/recipes and those that Save as recipe writes", form.path,
          "folder/name.json");
    ImGui::BeginDisabled(form.path.empty());
    if (ImGui::Button("Open and play")) {
        c.ask(Kind::open_recipe, engine::Side::a, form.path);
        ImGui::CloseCurrentPopup();
    }
    ImGui::EndDisabled();
    close_button();
    ImGui::EndPopup();
}

void save_form(PanelContext& c) {
    auto& form = c.ui.recipes;
    if (!begin_form("Save as recipe", form.ask_save)) return;
    if (std::exchange(form.done, false)) ImGui::CloseCurrentPopup();
    field("Name", "Lower-case words with hyphens", form.name, "my-demonstration");
    field("Description", "One sentence: what is to be seen", form.description, "what is to be seen");
    field("File", "unstuck record --recipe FILE makes the film of it", form.path, "folder/name.json");
    ImGui::SameLine();
    if (ImGui::Button("...")) c.ask(Kind::recipe_dialog);
    tooltip("Choose the file in a dialog");
    ImGui::Checkbox("Replace a file that is there", &form.replace);
    tooltip("Otherwise nothing is overwritten");
    say_error(form.error);
    if (ImGui::Button("Save")) c.ask(Kind::save_recipe);
    tooltip("The scene's changes, the motion and the film's look; the models are left open");
    close_button();
    ImGui::EndPopup();
}

} // namespace

void ask_to_save_recipe(PanelContext& c) {
    auto& form = c.ui.recipes;
    form.error.clear();
    form.done = form.replace = false;
    if (form.name.empty()) form.name = "my-demonstration";
    form.path = c.settings.capture_folder + "/" + form.name + ".json";
    form.ask_save = true;
}

void draw_recipes_menu(PanelContext& c) {
    auto& form = c.ui.recipes;
    for (const auto& recipe : form.built_in) {
        if (ImGui::MenuItem(recipe.name.c_str())) c.ask(Kind::play_recipe, engine::Side::a, recipe.name);
        tooltip(recipe.description.c_str());
    }
    ImGui::Separator();
    action_item(c, "recipe.open");
    action_item(c, "recipe.save");
    action_item(c, "timeline.clear");
}

void draw_recipe_forms(PanelContext& c) {
    open_form(c);
    save_form(c);
}

} // namespace unstuck::app
