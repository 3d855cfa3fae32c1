#pragma once
#include "core/engine/device_choice.hpp"
#include "core/engine/frame.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::engine {

/// What `unstuck render` asks for.
struct BatchRequest {
    std::string model;
    std::vector<std::uint32_t> seeds;
    int class_index = -1; ///< -1: the class each seed draws.
    double psi = 1;
    int cutoff = -1;
    TransformState transform;                            ///< Its translation and turns.
    std::optional<model::Matrix3> inverse_matrix;        ///< In place of the transform.
    std::string w_file;                                  ///< Not empty: its w instead of seeds, not truncated;
    std::optional<int> w_index;                          ///< one of them, or all.
    std::vector<LatentDirection> directions;             ///< Added to every w.
    std::string save_w;                                  ///< Not empty: all w's as rendered go to this file.
    model::NoiseMode noise = model::NoiseMode::constant; ///< random: fresh for each seed, drawn from it.
    std::string layer = "output";
    int threads = 0; ///< 0: all cores.
    model::Arithmetic arithmetic = model::Arithmetic::fast;
    DeviceChoice device;
    model::Edits edits; ///< As model::edits_for() takes them.
};

/// One seed's picture. `scene` shows the same in the window (model A); none where no scene can: with an inverse matrix,
/// another arithmetic than the window's, or numbers out of a scene's ranges.
struct BatchPicture {
    std::uint32_t seed = 0; ///< Or the number of the file's w.
    Image image;
    std::optional<Scene> scene;
};

/// Renders seed by seed, or each w of a file with its number for a seed, and hands each picture over as soon as it is
/// done. Throws io::FileError, or std::invalid_argument for a layer, class, direction or row of w that the model does
/// not have. That w's can be saved is checked before the first picture.
void render_seeds(const BatchRequest& request, const std::function<void(const BatchPicture&)>& done);

/// What the library knows about itself: for --version and the system page.
struct SystemInfo {
    std::string version, libtorch, simd, blas;
    int threads = 0;
    bool cuda_built = false; ///< The CUDA module was built with this program.
    std::string cuda_status; ///< One line: devices, or why there are none.
};
SystemInfo system_info();

} // namespace unstuck::engine
