#pragma once
#include "core/engine/film.hpp"
#include "core/engine/frame_renderer.hpp"
#include "core/engine/record.hpp"

#include <functional>

// Inside of record(): what renders a film's frames, used by its thread alone.
namespace unstuck::engine {

/// Asked between layers: true when the film is not wanted any more. It may wait, while a film is paused.
using Abandon = std::function<bool()>;

/// The models of a film, loaded, and what renders them.
class FilmCast {
  public:
    /// Loads the models that the film's cells ask for. Throws io::FileError.
    explicit FilmCast(const FilmRequest& request);

    std::array<std::shared_ptr<const ModelInfo>, 2> infos;
    std::array<LoadedModel, 2> models; ///< Without a generator: not loaded.
    std::string device;

    std::array<int, 2> resolutions() const; ///< 0 where there is no model.
    std::array<std::vector<std::string>, 2> layers() const;
    MotionModels sampling() const;

    /// What cells ask for of a side.
    struct Needs {
        bool picture = false, spectrum = false, stabilised = false, error = false;
    };
    struct Views {
        std::optional<Frame> picture, stabilised;
        std::optional<MoveError> error;
    };
    /// None when it was stopped on the way. Throws io::FileError naming the frame.
    std::optional<Views> render(Side side, const Scene& scene, const Needs& needs, int number, const Abandon& abandon);

  private:
    /// One side's; the second one keeps the picture that is not moved, as a reference.
    struct Renderers {
        std::unique_ptr<FrameRenderer> picture, reference;
    };
    std::array<Renderers, 2> renderers_;
};

/// Takes the frames of a film, whose motion has all its tracks. A frame depends on its number alone: where cells show
/// earlier frames, those that were not taken are made up for first.
class FilmCamera {
  public:
    FilmCamera(const FilmRequest& request, FilmCast& cast);

    const FilmGrid& grid() const { return grid_; }
    const std::array<std::vector<ModelNumbers>, 2>& numbers() const { return numbers_; }

    /// What the cells and lines show of measured numbers, for the edits at the start and at the motion's keyframes;
    /// kMostMeasuredEdits at most. `on_step(text)` is called now and then. A stop leaves the rest out.
    void measure(const std::function<void(const std::string&)>& on_step, const Abandon& abandon);
    static constexpr std::size_t kMostMeasuredEdits = 16;

    /// [grid.height, grid.width, 3] bytes; none when it was stopped on the way. `on_step(text)` is called for every
    /// earlier frame that has to be made up for.
    std::optional<std::vector<std::uint8_t>> frame(int number, const Abandon& abandon,
                                                   const std::function<void(const std::string&)>& on_step = {});

  private:
    using Views = std::array<FilmCast::Views, 2>;
    std::optional<Views> render(const Scene& scene, int number, bool for_history, const Abandon& abandon);
    void remember(const Scene& scene, const Views& views);
    FilmGrid grid_of(const ViewState& view) const;
    void look_at(const FilmGrid& grid);

    const FilmRequest& request_;
    FilmCast& cast_;
    FilmGrid grid_;
    std::array<FilmCast::Needs, 2> needs_;
    bool remembers_ = false; ///< Cells show earlier frames.
    std::size_t lines_kept_ = 0;
    std::array<SideHistory, 2> history_;
    int remembered_ = 0; ///< Frames in the history: 0 .. remembered_ - 1.
    std::array<std::vector<ModelNumbers>, 2> numbers_;
};

/// The error of the scene's transform: both pictures [C, H, W], the one of the moved input and the one that was not
/// moved. Where the content is moved alone or turned alone it is that of EQ-T by fractions, or of EQ-R
/// (measure::eq_views); for all else the picture is resampled by the whole transform. Test:
/// tests/unit/film_layouts_test.cpp.
MoveError error_of_move(const TransformState& transform, const Image& moved, const Image& original);

} // namespace unstuck::engine
