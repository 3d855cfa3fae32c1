#pragma once
#include "core/engine/device_choice.hpp"
#include "core/model/edits.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::model {
class Generator;
}

namespace unstuck::engine {

enum class Quantity {
    eqt,            ///< EQ-T: translations by whole pixels.
    eqt_fractional, ///< EQ-T by fractions of a pixel.
    eqr,            ///< EQ-R: rotations by any angle.
    aliasing,       ///< Alias-to-signal ratio of every layer, against itself oversampled 8 times.
    layers,   ///< EQ-T fractional of every layer's activations, in that layer's samples and range: not the paper's.
    sticking, ///< Sticking index of the grey picture's detail.
};

/// "eqt", "eqt-frac", "eqr", "aliasing", "layers" or "sticking"; none for another name.
std::optional<Quantity> parse_quantity(const std::string& name);

struct MeasureRequest {
    std::string model;
    Quantity quantity = Quantity::eqt;
    int samples = 50;       ///< Latents, each with a move of its own (sticking: with `views` moves).
    int views = 32;         ///< Sticking: pictures of one latent.
    std::uint32_t seed = 0; ///< Latents are seeds from here on; moves are drawn from it, too.
    int threads = 0;        ///< 0: all cores.
    DeviceChoice device;
    model::Edits edits; ///< As model::edits_for() takes them.
};

/// One number with what it rests on.
struct MeasuredValue {
    std::string name;  ///< The quantity's, or the layer's.
    std::string unit;  ///< "dB", or "" for a share.
    std::string state; ///< "measured", or why there is no number.
    std::optional<double> value;
    std::optional<std::array<double, 2>> ci95;
    std::int64_t samples = 0;
    std::vector<double> each; ///< Of single samples, in the same unit.
};

struct Measurement {
    std::vector<MeasuredValue> values;
    double floor = 0; ///< Sticking: what `views` moves leave of pictures that have nothing in common.
    int samples_done = 0;
    bool stopped = false; ///< `go_on` said so: the values are of fewer samples.
    double seconds = 0;
};

/// Measures a model. `go_on(done, of)` is called after every sample; false ends it with what there is. Throws
/// io::FileError, or std::invalid_argument for a device or a number that cannot be. Source: published metrics as
/// core/measure has them; tests: tests/golden/metrics_test.cpp, tests/cli/measure_test.cpp.
Measurement measure_model(const MeasureRequest& request, const std::function<bool(int done, int of)>& go_on = {});

/// The same of a model that is there: the request's file, threads and device do not count.
Measurement measure_generator(const model::Generator& generator, const MeasureRequest& request,
                              const std::function<bool(int done, int of)>& go_on = {});

} // namespace unstuck::engine
