#pragma once
#include "core/model/edits.hpp"
#include "core/model/types.hpp"

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace unstuck::engine {

/// The two models shown: A is the reference, B the one compared with it.
enum class Side { a, b };
inline constexpr std::array kSides = {Side::a, Side::b};
inline constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }

/// A closed walk through the w of several seeds, in place of the seed plane.
struct WalkState {
    std::vector<std::uint32_t> seeds; ///< The keys, at positions 0, 1, ..; empty: no walk. At most kMostWalkSeeds.
    double position = 0;              ///< Modulo the number of seeds; a cubic spline between them.
    double reach = 1; ///< 0 stays at the seed plane's w, 1 is on the walk; between: that share of the way.
    bool operator==(const WalkState&) const = default;
};
inline constexpr std::size_t kMostWalkSeeds = 4096;

/// A step along a direction of W, in some rows of w.
struct LatentDirection {
    enum class Kind {
        pca,   ///< Principal component of W; amounts in its standard deviations.
        affine ///< Of the style affines of its rows, by closed-form factorisation; amounts in units of w.
    };
    Kind kind = Kind::pca;
    int index = 0;            ///< 0 is the strongest.
    int first = 0, last = -1; ///< Rows of w that move, both included; last -1: all to the end.
    double amount = 0;
    std::string name; ///< For people; may be empty.
    bool operator==(const LatentDirection&) const = default;
};
inline constexpr std::size_t kMostDirections = 64;

/// A point of latent space: all that makes its rows of w. Seed = x + 100 y, blended bilinearly in W between whole
/// coordinates.
struct LatentPoint {
    double x = 0, y = 0;
    double psi = 1;                          ///< Truncation.
    int cutoff = -1;                         ///< Rows of w that are truncated; -1 for all.
    int class_index = -1;                    ///< Conditional models; -1 takes the class that each seed draws.
    std::array<std::string, 2> w;            ///< Per side: a file whose w takes the seed plane's place, not truncated.
    std::array<int, 2> w_index{};            ///< Which w of files with several.
    WalkState walk;                          ///< Takes x and y's place, or the file's, as far as it reaches.
    std::vector<LatentDirection> directions; ///< Added after truncation.
    bool operator==(const LatentPoint&) const = default;
};

/// Where style mixing takes its rows from.
enum class MixFrom {
    seed, ///< mix_seed, truncated as the scene says.
    point ///< mix_point, a whole point of its own: of a bookmark, or a file.
};

/// Where in latent space we are.
struct LatentState : LatentPoint {
    bool mix = false; ///< Style mixing: take the rows in mix_rows from elsewhere.
    MixFrom mix_from = MixFrom::seed;
    int mix_seed = 1000; ///< 0 .. 2^31 - 1.
    LatentPoint mix_point;
    std::uint64_t mix_rows = 0; ///< Bit i: row i of w is mixed.
    double mix_amount = 1;      ///< 0 leaves those rows as they are, 1 replaces them.
    bool lock_pose = false;     ///< Alias-free: the input takes the pose of w_avg, whatever w is.
    model::NoiseMode noise = model::NoiseMode::constant; ///< Models with noise inputs only.
    double noise_strength = 1;
    int noise_seed = 0; ///< For NoiseMode::random.
    bool animate = false;
    double speed = 0.25; ///< Seeds per second along x.
    bool operator==(const LatentState&) const = default;
};

/// The latent as one side sees it: both entries of `w` and of `w_index` are that side's.
LatentState latent_of(LatentState latent, Side side);

/// How the picture's content is moved: scaled, rotated about the image centre, then translated. Images sides as units.
struct TransformState {
    double x = 0, y = 0; ///< Translation: right and down are positive.
    double turns = 0;    ///< Rotation, counter-clockwise on the screen; 1 = 360 degrees.
    double scale = 1;
    bool round_px = false;    ///< Round the translation to whole output pixels.
    bool untransform = false; ///< Move the output back, so that what follows the content stands still.
    model::ConstantEdge edge = model::ConstantEdge::periodic; ///< StyleGAN2: what lies beyond its constant.
    bool animate_orbit = false;
    double orbit_radius = 0.05; ///< Of the circle on which the translation runs.
    double orbit_speed = 0.2;   ///< Turns per second.
    double orbit_phase = 0;     ///< In turns; counts only while orbiting.
    bool animate_rotation = false;
    double rotation_speed = 0.05; ///< Turns per second.
    bool animate_scale = false;
    double scale_speed = 0.1; ///< Cycles per second between half and double size.
    double scale_phase = 0;   ///< In cycles.
    bool operator==(const TransformState&) const = default;
};

/// Which layer is looked at, and how its channels are shown.
struct LayerState {
    std::array<std::string, 2> name = {"output", "output"}; ///< Per side; an unknown name shows the output.
    int base_channel = 0;
    int channels = 3;       ///< 3: three consecutive ones as red, green, blue. 1: grey.
    double gain_db = 0;     ///< -40 .. 40
    bool normalize = false; ///< Divide each shown channel by its largest magnitude.
    bool operator==(const LayerState&) const = default;
};

struct SpectrumState {
    double beta = 8;                   ///< Kaiser window, 0 .. 50.
    double low_db = -60, high_db = 40; ///< Range of the plots.
    bool relative = false;             ///< dB relative to the plane's mean instead of absolute.
    bool radial = true, slice_0 = true, slice_45 = false;
    bool operator==(const SpectrumState&) const = default;
};

/// How the pictures are laid out. Scenes name the values, so new ones go to the end.
enum class Layout { side_by_side, only_a, only_b, wipe, difference, grid };

/// What a pixel of the difference picture stands for: all its colours need one signed number.
enum class DifferenceOf {
    mean,    ///< The mean over the shown channels; differences of opposite sign cancel.
    largest, ///< That of the channel where the two differ most.
};

/// How a picture's numbers become colours.
enum class ToneMap {
    colours,           ///< As they are: red, green, blue, or grey.
    false_colour,      ///< The shown channels' mean, from black to white, through the viridis map.
    positive_negative, ///< Their mean as a signed number through the map of differences: grey at 0.
};

struct ViewState {
    Layout layout = Layout::side_by_side;
    double zoom = 0;             ///< Screen pixels per image pixel; 0 fits.
    double pan_x = 0, pan_y = 0; ///< Image point at the view's centre, in image sides from the image's centre.
    bool pose = false;           ///< The pose that a network draws from w, as arrows over its picture.
    bool smooth = false;         ///< Smooth instead of nearest magnification.
    double exposure = 0;         ///< Stops.
    double offset = 0;           ///< Added after the exposure; 1 is black to white. -10 .. 10
    double gamma = 1;            ///< The displayed value's power is 1 / gamma. 0.1 .. 10
    ToneMap tone_map = ToneMap::colours;
    bool zebra = false;            ///< Stripes where a shown channel is beyond black or white.
    bool pixel_grid = true;        ///< Lines between large pixels.
    bool pixel_values = true;      ///< Numbers on pixels that are large enough for them.
    double wipe = 0.5;             ///< Where A ends and B begins: 0 .. 1 of the canvas's width.
    double difference_gain_db = 0; ///< -40 .. 80. At 0 dB a difference of 1 has the strongest colour.
    DifferenceOf difference_of = DifferenceOf::mean;
    bool operator==(const ViewState&) const = default;
};

/// Everything that decides what is seen: one plain value. Panels edit it, the engine renders it, JSON stores it.
struct Scene {
    std::array<std::string, 2> model = {"demo:stylegan2",
                                        "demo:alias-free-t"}; ///< Paths or demo names; empty for none.
    LatentState latent;
    TransformState transform;
    std::array<model::Edits, 2> edits; ///< Per side: what was changed about its layers' filters.
    LayerState layer;
    SpectrumState spectrum;
    ViewState view;
    bool playing = false; ///< Animations run.
    double time = 0;      ///< Seconds of animation so far.
    bool operator==(const Scene&) const = default;
};

/// The scene `seconds` later on the animation's own clock: a pure function, so that a recording can drive it frame by
/// frame.
Scene advanced(Scene scene, double seconds);

/// Something moves in advanced() while the scene plays.
bool animated(const Scene& scene);

/// The translation in effect: the orbit's offset added, rounded to pixels if asked. Image sides.
std::array<double, 2> effective_translation(const TransformState& t, int resolution);
double effective_scale(const TransformState& t);

/// The image's forward transform [[c k, s k, tx], [-s k, c k, ty], [0, 0, 1]] for angle a = 2 pi turns and scale k, as
/// the official scripts build it.
model::Matrix3 forward_matrix(const TransformState& t, int resolution);

/// True when both scenes give the same pictures and spectra (they may differ in how these are shown).
bool same_render(const Scene& a, const Scene& b);

/// `now` with the pictures of `rendered`: all that same_render() compares.
Scene with_render_of(Scene now, const Scene& rendered);

nlohmann::json to_json(const Scene& scene);

/// Whether JSON that says no more about itself is a scene: it has at least one of a scene's fields.
bool looks_like_scene(const nlohmann::json& json);

/// Missing fields keep their defaults and unknown ones are ignored, so that scenes survive versions; values out of
/// range are clamped. Throws std::invalid_argument naming a field of the wrong type.
Scene scene_from_json(const nlohmann::json& json);

/// One sentence that names what `json` has besides the scene that was read of it, with `path` before each name; empty
/// for nothing. Motions and films that stand beside a scene's fields are no such thing.
std::string note_of_unknown_fields(const nlohmann::json& json, const Scene& read, const std::string& path = "");

} // namespace unstuck::engine
