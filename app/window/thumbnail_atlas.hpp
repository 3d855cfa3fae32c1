#pragma once
#include "app/window/gl_handle.hpp"
#include "core/engine/canvas.hpp"

#include <array>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace unstuck::app {

/// Small pictures side by side in a few textures, each with its own smaller levels, so that hundreds are drawn at any
/// size without aliasing. At most kMostPages textures; those not drawn for longest make room. Everything happens on the
/// thread that owns the OpenGL context, which has to be current, also at destruction.
class ThumbnailAtlas {
  public:
    static constexpr int kPageSide = 1024, kLevels = 4, kMostPages = 24;

    /// Where a picture is in a texture: u0, v0, u1, v1, half a texel of the level that is read inside its edges.
    struct Spot {
        GLuint texture = 0;
        std::array<float, 4> uv{};
    };

    /// A new frame, in which at most `most_uploads` pictures are uploaded.
    void begin_frame(int most_uploads);

    /// A picture of at most engine::kThumbnailSide to be drawn `pixels` wide. Not yet there, or there is no room: none.
    std::optional<Spot> spot(const std::shared_ptr<const engine::Raster>& picture, double pixels);

    /// Pictures had to wait for the next frame.
    bool waiting() const { return waiting_; }
    void clear(); ///< Gives all textures back.
    std::size_t pages() const { return pages_.size(); }

  private:
    struct Page {
        GlTexture texture;
        int slot_side = 0;
        std::vector<std::shared_ptr<const engine::Raster>> slots; ///< What is in each; null: free.
        std::vector<std::uint64_t> drawn;                         ///< The frame that drew it last.
    };
    struct Place {
        std::size_t page = 0, slot = 0;
    };
    std::optional<Place> room_for(int slot_side);
    void upload(const Place& place, const engine::Raster& picture);

    std::vector<Page> pages_;
    std::unordered_map<const engine::Raster*, Place> places_;
    std::uint64_t frame_ = 0;
    int uploads_left_ = 0;
    bool waiting_ = false;
};

} // namespace unstuck::app
