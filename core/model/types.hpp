#pragma once
#include <array>
#include <string>

namespace unstuck::model {

/// Row-major 3x3 matrix; unit = image side, origin = image centre, x right, y down.
using Matrix3 = std::array<double, 9>;
constexpr Matrix3 kIdentity3 = {1, 0, 0, 0, 1, 0, 0, 0, 1};

/// How a network is computed on the processor.
enum class Arithmetic {
    fast,      ///< Fused kernels; 3x3 convolutions by Winograd's method where it saves time.
    direct,    ///< Fused kernels, plain convolutions: slower, nearer to exact arithmetic.
    reference, ///< The formulas in plain tensor calls, as the golden vectors were made.
};

/// What a GPU computes in; the processor always takes float32.
enum class Precision {
    as_marked, ///< float16 in the layers that the model marks for it, as it was trained; TF32 convolutions elsewhere.
    float32,   ///< float32 everywhere, without TF32.
    float16,   ///< float16 in every layer after the input.
};

/// Where an alias-free network puts the content for a w: turned about the image's centre, then moved.
struct LearnedPose {
    double angle_rad = 0;  ///< Counter-clockwise as one sees it.
    double tx = 0, ty = 0; ///< Image sides, right and down.
};

enum class NoiseMode { constant, random, none };
enum class ConstantEdge { periodic, clamp };

/// What a listed layer is, for people and plots. Frequencies in cycles per image side; 0 where the network has none.
struct LayerInfo {
    std::string name; ///< As PyTorch's module names: "L3_52_512", "b64.conv0", "input", "output".
    int channels = 0, width = 0, height = 0;
    double sampling_rate = 0; ///< s, samples per image side.
    double cutoff = 0, half_width = 0;
    int w_row = -1;       ///< Row of ws that styles the layer, -1 when none does.
    int margin = 0;       ///< Samples per side beyond the image.
    double conv_flop = 0; ///< Operations of its convolution done directly: 2 k^2 C_in C_out per result.
    int conv_inner = 0;   ///< k^2 C_in.
    double bytes = 0;     ///< Least traffic: its input, its weights and its output, once each.
};

} // namespace unstuck::model
