#include "app/panels/bookmarks_panel.hpp"

#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/engine/model_names.hpp"
#include "core/io/image_file.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_internal.h>
#include <misc/cpp/imgui_stdlib.h>
#include <utility>

namespace unstuck::app {

using engine::Bookmark;
using engine::Side;
using Kind = Command::Kind;

namespace {

constexpr const char* kDragged = "bookmark"; ///< Names what is dragged: an index.
constexpr float kCardEms = 11.0f;            ///< Width of a card, in font sizes.
constexpr std::size_t kKeys = 8;             ///< Ctrl+1 to Ctrl+8; Ctrl+9 fits the pictures.

/// Whether a bookmark shows what is on the screen, wherever the view looks.
bool is_shown(const engine::Scene& bookmark, engine::Scene now) {
    now.view = bookmark.view;
    now.layer.gain_db = bookmark.layer.gain_db;
    return engine::same_render(bookmark, now);
}

std::string tip_of(const Bookmark& b, std::size_t i) {
    auto text = b.name + "\n" + scene_name(b.scene);
    for (const auto side : engine::kSides)
        if (const auto& model = b.scene.model[index(side)]; !model.empty())
            text += fmt::format("\n{}: {}", side_name(side), engine::model_title(model));
    text += "\n\nClick to go there";
    if (i < kKeys) text += fmt::format(", or Ctrl+{}", i + 1);
    return text + "; the view's zoom stays. Drag to reorder; the right button for more.";
}

/// What a card's menu or a drag asks for: done after all cards are drawn.
struct Change {
    enum class Kind { none, copy, remove, move } kind = Kind::none;
    std::size_t at = 0, to = 0;
};

void carry_out(std::vector<Bookmark>& all, const Change& change) {
    const auto at = all.begin() + static_cast<std::ptrdiff_t>(change.at);
    switch (change.kind) {
    case Change::Kind::none: break;
    case Change::Kind::copy: {
        auto copy = *at;
        copy.name += " copy";
        all.insert(at + 1, std::move(copy));
        break;
    }
    case Change::Kind::remove: all.erase(at); break;
    case Change::Kind::move: {
        auto moved = *at;
        all.erase(at);
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(change.to), std::move(moved));
        break;
    }
    }
}

void begin_renaming(BookmarksState& state, const std::vector<Bookmark>& all, std::size_t i) {
    state.renaming = i;
    state.name = all[i].name;
    state.focus_name = true;
}

/// The right button's menu of the card that was drawn last.
void card_menu(PanelContext& c, std::size_t i, Change& change) {
    if (!ImGui::BeginPopupContextItem("more")) return;
    if (ImGui::MenuItem("Rename")) begin_renaming(c.ui.bookmarks, c.session.bookmarks, i);
    tooltip("Type another name; a double-click on the name does the same");
    if (ImGui::MenuItem("Update to the present scene")) c.ask(Kind::update_bookmark, Side::a, std::to_string(i));
    tooltip("Keeps the name and takes what is shown now");
    if (ImGui::MenuItem("Duplicate")) change = {Change::Kind::copy, i, 0};
    tooltip("The same scene once more, behind this one");
    ImGui::Separator();
    if (ImGui::MenuItem("Delete")) change = {Change::Kind::remove, i, 0};
    tooltip("Takes the bookmark out of the session");
    ImGui::EndPopup();
}

void draw_name(PanelContext& c, std::size_t i, float width) {
    auto& state = c.ui.bookmarks;
    auto& name = c.session.bookmarks[i].name;
    if (state.renaming != i) {
        // Cut off where the card ends; the tooltip has all of it.
        const auto at = ImGui::GetCursorScreenPos();
        ImGui::InvisibleButton("name", {width, ImGui::GetTextLineHeight()});
        ImGui::RenderTextEllipsis(ImGui::GetWindowDrawList(), at, {at.x + width, at.y + ImGui::GetTextLineHeight()},
                                  at.x + width, name.c_str(), nullptr, nullptr);
        if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
            begin_renaming(state, c.session.bookmarks, i);
        tooltip((name + "\nDouble-click to rename").c_str());
        return;
    }
    ImGui::SetNextItemWidth(width);
    if (std::exchange(state.focus_name, false)) ImGui::SetKeyboardFocusHere();
    const bool entered = ImGui::InputText("##rename", &state.name,
                                          ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
    const bool left = ImGui::IsItemDeactivated();
    if (entered || ImGui::IsItemDeactivatedAfterEdit()) {
        if (!state.name.empty()) name = state.name;
    }
    if (entered || left) state.renaming.reset();
}

/// Number of the key and frame of the card over its thumbnail.
void draw_marks(const ImVec2& at, const ImVec2& size, std::size_t i, bool shown) {
    auto* draw = ImGui::GetWindowDrawList();
    const ImVec2 end{at.x + size.x, at.y + size.y};
    const float em = ImGui::GetFontSize();
    if (shown)
        draw->AddRect(at, end, ImGui::GetColorU32(ImGuiCol_CheckMark), 0, em * 0.15f);
    else if (ImGui::IsItemHovered())
        draw->AddRect(at, end, ImGui::GetColorU32(ImGuiCol_Text), 0, em * 0.08f);
    if (i >= kKeys) return;
    const auto text = std::to_string(i + 1);
    const auto width = ImGui::CalcTextSize(text.c_str()).x;
    draw->AddRectFilled(at, {at.x + width + em * 0.5f, at.y + em * 1.1f}, IM_COL32(0, 0, 0, 170));
    draw->AddText({at.x + em * 0.25f, at.y}, IM_COL32(255, 255, 255, 230), text.c_str());
}

void drag_card(const Bookmark& b, std::size_t i, Change& change) {
    if (ImGui::BeginDragDropSource()) {
        ImGui::SetDragDropPayload(kDragged, &i, sizeof(i));
        ImGui::TextUnformatted(b.name.c_str());
        ImGui::EndDragDropSource();
    }
    if (!ImGui::BeginDragDropTarget()) return;
    if (const auto* payload = ImGui::AcceptDragDropPayload(kDragged); payload && payload->DataSize == sizeof(i))
        change = {Change::Kind::move, *static_cast<const std::size_t*>(payload->Data), i};
    ImGui::EndDragDropTarget();
}

} // namespace

std::string scene_name(const engine::Scene& scene) {
    const auto& l = scene.latent;
    std::string out;
    if (!l.walk.seeds.empty())
        out = fmt::format("walk at {:.2f}", l.walk.position);
    else if (const double seed = l.x + 100 * l.y; seed == std::floor(seed))
        out = fmt::format("seed {:.0f}", seed);
    else
        out = fmt::format("seed {:.2f}, {:.2f}", l.x, l.y);
    if (l.psi != 1) out += fmt::format(", psi {:g}", l.psi);
    if (scene.transform.turns != 0) out += fmt::format(", turned {:.0f}\u00b0", scene.transform.turns * 360);
    return out;
}

const BookmarksPanel::Thumbnail& BookmarksPanel::thumbnail_of(const Bookmark& bookmark) {
    const auto found = std::find_if(thumbnails_.begin(), thumbnails_.end(),
                                    [&](const auto& t) { return t.bytes == bookmark.thumbnail; });
    if (found != thumbnails_.end()) return *found;
    constexpr int kMostSide = 4096;
    Thumbnail out;
    out.bytes = bookmark.thumbnail;
    try {
        const auto pixels = bookmark.thumbnail ? io::decode_image(*bookmark.thumbnail, kMostSide) : io::Pixels{};
        if (pixels.channels == 3) {
            out.texture = GlTexture::make();
            out.width = pixels.width;
            out.height = pixels.height;
            glBindTexture(GL_TEXTURE_2D, out.texture.id());
            set_texture_filters(GL_LINEAR, GL_LINEAR);
            glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
            glTexImage2D(GL_TEXTURE_2D, 0, GL_RGB8, pixels.width, pixels.height, 0, GL_RGB, GL_UNSIGNED_BYTE,
                         pixels.bytes.data());
            glBindTexture(GL_TEXTURE_2D, 0);
        }
    } catch (const std::exception&) {
        out.texture = {}; // a session's file may hold anything: the card says that there is no picture
    }
    thumbnails_.push_back(std::move(out));
    return thumbnails_.back();
}

void BookmarksPanel::forget_thumbnails(const std::vector<Bookmark>& bookmarks) {
    std::erase_if(thumbnails_, [&](const auto& t) {
        return std::none_of(bookmarks.begin(), bookmarks.end(), [&](const auto& b) { return b.thumbnail == t.bytes; });
    });
}

/// Its thumbnail, as wide as a card. True when it was clicked.
bool BookmarksPanel::draw_thumbnail(const Bookmark& bookmark, float width) {
    const auto& thumbnail = thumbnail_of(bookmark);
    const float height = width / 2;
    const auto at = ImGui::GetCursorScreenPos();
    const bool clicked = ImGui::InvisibleButton("go", {width, height});
    auto* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(at, {at.x + width, at.y + height}, ImGui::GetColorU32(ImGuiCol_FrameBg));
    if (thumbnail.texture) {
        const float scale =
            std::min(width / static_cast<float>(thumbnail.width), height / static_cast<float>(thumbnail.height));
        const float w = static_cast<float>(thumbnail.width) * scale, h = static_cast<float>(thumbnail.height) * scale;
        const ImVec2 from{at.x + (width - w) / 2, at.y + (height - h) / 2};
        draw->AddImage(static_cast<ImTextureID>(thumbnail.texture.id()), from, {from.x + w, from.y + h});
    } else {
        const char* none = "no picture yet";
        const auto size = ImGui::CalcTextSize(none);
        draw->AddText({at.x + (width - size.x) / 2, at.y + (height - size.y) / 2}, ImGui::GetColorU32(dim_colour()),
                      none);
    }
    return clicked;
}

void BookmarksPanel::draw(PanelContext& c) {
    auto& all = c.session.bookmarks;
    forget_thumbnails(all);
    if (ImGui::Button("Add bookmark")) c.ask(Kind::add_bookmark);
    tooltip("Keeps the scene on the screen, with a small picture of A | B (Ctrl+B)");
    if (all.empty()) {
        ImGui::Spacing();
        dim_text("Nothing here yet. Press Ctrl+B to keep the scene that is shown; a click on it comes back to it.");
        return;
    }
    ImGui::SameLine();
    dim_text(fmt::format("{}; Ctrl+1 to Ctrl+8 go to the first eight", all.size()).c_str());
    if (c.ui.bookmarks.renaming && *c.ui.bookmarks.renaming >= all.size()) c.ui.bookmarks.renaming.reset();
    if (!ImGui::BeginChild("cards")) return ImGui::EndChild();
    const float width = ImGui::GetFontSize() * kCardEms, gap = ImGui::GetStyle().ItemSpacing.x;
    const int columns = std::max(1, static_cast<int>((ImGui::GetContentRegionAvail().x + gap) / (width + gap)));
    Change change;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i % static_cast<std::size_t>(columns) != 0) ImGui::SameLine();
        ImGui::PushID(static_cast<int>(i));
        ImGui::BeginGroup();
        const auto at = ImGui::GetCursorScreenPos();
        if (draw_thumbnail(all[i], width)) c.ask(Kind::go_to_bookmark, Side::a, std::to_string(i));
        draw_marks(at, {width, width / 2}, i, is_shown(all[i].scene, c.scene));
        if (!ImGui::IsPopupOpen("more")) tooltip(tip_of(all[i], i).c_str());
        drag_card(all[i], i, change);
        card_menu(c, i, change);
        draw_name(c, i, width);
        ImGui::EndGroup();
        ImGui::PopID();
    }
    ImGui::EndChild();
    if (change.kind != Change::Kind::none) {
        c.ui.bookmarks.renaming.reset();
        carry_out(all, change);
    }
}

} // namespace unstuck::app
