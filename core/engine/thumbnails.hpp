#pragma once
#include "core/engine/canvas.hpp"
#include "core/engine/frame.hpp"
#include "core/engine/scene.hpp"
#include "core/latent/seed_grid.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace unstuck::engine {

struct LoadedModel;

/// Sides of thumbnails are at most this, in pixels.
inline constexpr int kThumbnailSide = 128;

/// The picture in bytes as it would be saved; one that is larger than kThumbnailSide is reduced by the smallest whole
/// number that makes it fit, each pixel the mean of a block.
Raster thumbnail(const Image& picture);

/// All that thumbnails of the seed plane depend on besides their place: those of equal looks are the same pictures.
/// They show the content at rest: neither transform nor walk.
struct ThumbnailLook {
    std::shared_ptr<const ModelInfo> model; ///< Its identity: made anew by every load, shared by copies.
    LatentState latent;                     ///< That side's at (0, 0), without what no thumbnail shows.
    model::Edits edits;
    std::string files; ///< Which version of the file that rows are mixed in from.
    bool operator==(const ThumbnailLook&) const = default;
};
ThumbnailLook look_of(const Scene& scene, Side side, const LoadedModel& model);

/// Cells of one model that are wanted, the most urgent first.
struct ThumbnailRequest {
    std::shared_ptr<const LoadedModel> model;
    ThumbnailLook look;
    std::vector<latent::GridCell> cells;
    bool operator==(const ThumbnailRequest&) const = default;
};

/// Thumbnails of the seed plane: rendered in a thread of the lowest priority, which lets the pictures go first every
/// few layers, and kept up to a number of bytes; those that nobody looked at for longest go first. All methods may be
/// called from any thread; none waits for a picture, except the destructor, which waits for a layer.
class Thumbnails {
  public:
    static constexpr std::size_t kDefaultBytes = std::size_t{96} << 20;

    /// `notify`: a thumbnail is there (from the worker). `busy`: pictures are being rendered.
    explicit Thumbnails(std::function<void()> notify = {}, std::function<bool()> busy = {},
                        std::size_t most_bytes = kDefaultBytes);
    ~Thumbnails();
    Thumbnails(const Thumbnails&) = delete;
    Thumbnails& operator=(const Thumbnails&) = delete;

    /// What is wanted from now on, in turns where there are several; what was wanted before and is not rendered yet is
    /// not any more. Nothing stops the worker. Cheap when nothing changed.
    void want(std::vector<ThumbnailRequest> requests);

    /// Null when it is not there; asking counts as looking at it.
    std::shared_ptr<const Raster> find(const ThumbnailLook& look, const latent::GridCell& cell);

    struct Progress {
        int done = 0, wanted = 0; ///< Of the cells wanted now.
        double ms = 0;            ///< One thumbnail lately; 0 before the first.
        std::size_t bytes = 0;    ///< Of all that are kept.
        std::string error;        ///< Why one request gets no more, until something else is wanted; the others go on.
    };
    Progress progress() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace unstuck::engine
