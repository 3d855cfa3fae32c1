#pragma once
#include "app/ui_state.hpp"
#include "app/window/gl_handle.hpp"

#include <vector>

namespace unstuck::app {

/// The session's bookmarks as a grid of thumbnails: a click goes there; names are edited in place, the order by
/// dragging.
class BookmarksPanel {
  public:
    void draw(PanelContext& c);

  private:
    /// A thumbnail on the GPU. Bookmarks share their bytes when they are moved or copied, so those are its name.
    struct Thumbnail {
        std::shared_ptr<const std::vector<std::uint8_t>> bytes;
        GlTexture texture; ///< None: the bytes are no picture.
        int width = 0, height = 0;
    };
    const Thumbnail& thumbnail_of(const engine::Bookmark& bookmark);
    void forget_thumbnails(const std::vector<engine::Bookmark>& bookmarks);
    bool draw_thumbnail(const engine::Bookmark& bookmark, float width);

    std::vector<Thumbnail> thumbnails_;
};

/// "seed 7, psi 0.7": where in latent space a scene is, and how it is moved, for people.
std::string scene_name(const engine::Scene& scene);

} // namespace unstuck::app
