#include "app/actions.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace unstuck::app {

namespace {

constexpr ImGuiKeyChord kCtrl = ImGuiMod_Ctrl, kShift = ImGuiMod_Shift;

std::string id_of(ImGuiKey key, ImGuiKeyChord mods) {
    const auto all = all_actions();
    const auto* action = action_of_key(all, key, mods);
    return action ? action->id : "";
}

} // namespace

TEST(Actions, HaveIdsTitlesGroupsTipsAndSomethingToDo) {
    std::set<std::string> ids;
    for (const auto& action : all_actions()) {
        EXPECT_TRUE(ids.insert(action.id).second) << action.id << " is there twice";
        EXPECT_NE(action.id.find('.'), std::string::npos) << action.id;
        EXPECT_FALSE(action.title.empty()) << action.id;
        EXPECT_FALSE(action.group.empty()) << action.id;
        EXPECT_TRUE(static_cast<bool>(action.run)) << action.id;
        ASSERT_FALSE(action.tip.empty()) << action.id;
        EXPECT_NE(action.tip.back(), '.') << action.id;
    }
}

TEST(Actions, HaveTitlesThatCanBeToldApartInThePalette) {
    std::map<std::string, std::string> seen;
    for (const auto& action : all_actions()) {
        const auto [at, added] = seen.emplace(action.title, action.id);
        EXPECT_TRUE(added) << action.id << " and " << at->second << " are both called " << action.title;
    }
}

TEST(Actions, ShareNoKey) {
    std::map<ImGuiKeyChord, std::string> seen;
    for (const auto& action : all_actions())
        for (const auto chord : action.keys) {
            const auto [at, added] = seen.emplace(chord, action.id);
            EXPECT_TRUE(added) << action.id << " and " << at->second << " share " << key_text(chord);
        }
}

TEST(Actions, OfOneGroupStandTogether) {
    std::set<std::string> done;
    std::string group;
    for (const auto& action : all_actions()) {
        if (action.group == group) continue;
        EXPECT_TRUE(done.insert(action.group).second) << action.id << ": its group was listed before";
        group = action.group;
    }
}

TEST(Actions, HaveTheKeysThatViewersOfPicturesHave) {
    const std::map<std::string, std::pair<ImGuiKey, ImGuiKeyChord>> expected = {
        {"tool.latent", {ImGuiKey_L, 0}},
        {"tool.translate", {ImGuiKey_T, 0}},
        {"tool.rotate", {ImGuiKey_R, 0}},
        {"motion.play", {ImGuiKey_Space, 0}},
        {"layout.A | B", {ImGuiKey_1, 0}},
        {"layout.Wipe", {ImGuiKey_2, 0}},
        {"layout.Difference", {ImGuiKey_3, 0}},
        {"transform.stabilise", {ImGuiKey_4, 0}},
        {"instrument.Slit-scan", {ImGuiKey_5, 0}},
        {"instrument.Average", {ImGuiKey_6, 0}},
        {"view.fit", {ImGuiKey_F, 0}},
        {"view.one_to_one", {ImGuiKey_0, kCtrl}},
        {"view.exposure_up", {ImGuiKey_E, 0}},
        {"view.exposure_down", {ImGuiKey_E, kShift}},
        {"channels.normalize", {ImGuiKey_N, 0}},
        {"layer.previous", {ImGuiKey_Comma, 0}},
        {"layer.next", {ImGuiKey_Period, 0}},
        {"channels.previous", {ImGuiKey_LeftBracket, 0}},
        {"channels.next", {ImGuiKey_RightBracket, 0}},
        {"file.open_a", {ImGuiKey_O, kCtrl}},
        {"file.open_b", {ImGuiKey_O, kCtrl | kShift}},
        {"file.save_picture", {ImGuiKey_P, 0}},
        {"file.save_window", {ImGuiKey_P, kCtrl}},
        {"file.quit", {ImGuiKey_Q, kCtrl}},
        {"transform.reset", {ImGuiKey_Home, 0}},
        {"window.cancel", {ImGuiKey_Escape, 0}},
        {"window.hide_panels", {ImGuiKey_Tab, 0}},
        {"window.full_screen", {ImGuiKey_F11, 0}},
        {"window.help", {ImGuiKey_F1, 0}},
    };
    for (const auto& [id, key] : expected) EXPECT_EQ(id_of(key.first, key.second), id);
}

TEST(Actions, CountWithShiftHeldUnlessShiftMeansAnother) {
    EXPECT_EQ(id_of(ImGuiKey_1, kShift), "layout.A | B"); // looking at the other model goes on
    EXPECT_EQ(id_of(ImGuiKey_E, kShift), "view.exposure_down");
    EXPECT_EQ(id_of(ImGuiKey_F, kCtrl), "");          // a key with Ctrl is another key
    EXPECT_EQ(id_of(ImGuiKey_Q, kCtrl | kShift), ""); // not quitting by a slip
    EXPECT_EQ(id_of(ImGuiKey_F, ImGuiMod_Alt), "");
    EXPECT_EQ(id_of(ImGuiKey_F12, 0), "");
}

TEST(Actions, NameTheirKeysAsPeopleWriteThem) {
    EXPECT_EQ(key_text(ImGuiKey_Comma), ",");
    EXPECT_EQ(key_text(kCtrl | ImGuiKey_0), "Ctrl+0");
    EXPECT_EQ(key_text(kShift | ImGuiKey_E), "Shift+E");
    EXPECT_EQ(key_text(kCtrl | kShift | ImGuiKey_O), "Ctrl+Shift+O");
    EXPECT_EQ(key_text(kShift | ImGuiKey_Equal), "+");
    EXPECT_EQ(key_text(kShift | ImGuiKey_Slash), "?");
    EXPECT_EQ(key_text(ImGuiKey_Escape), "Esc");
}

TEST(Actions, AreFoundByTheirIdOnly) {
    const auto all = all_actions();
    EXPECT_EQ(find_action(all, "view.fit").title, "Fit");
    EXPECT_THROW(find_action(all, "view.fi"), std::logic_error);
}

} // namespace unstuck::app
