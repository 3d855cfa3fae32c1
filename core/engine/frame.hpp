#pragma once
#include "core/engine/image.hpp"
#include "core/engine/scene.hpp"
#include "core/model/layer_sampling.hpp"
#include "core/model/types.hpp"
#include "core/signal/layer_spectrum.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::engine {

struct ChannelStats {
    double mean = 0, stddev = 0, max_abs = 0;
    std::int64_t not_finite = 0; ///< NaN and infinities.
};

struct LayerTime {
    std::string name;
    double ms = 0;
    bool cached = false;               ///< Taken from the layer cache: nothing was computed.
    double conv_ms = 0, filter_ms = 0; ///< Parts of ms.
    std::int64_t not_finite = 0;       ///< NaN and infinities among its output.
    std::int64_t clamped = 0;          ///< Values cut off at the network's own limit (conv_clamp).
};

/// What went out of range while a frame was computed.
struct NumberGuard {
    std::string first_bad_layer;              ///< The first with NaN or infinities; empty when there is none.
    std::int64_t not_finite = 0, clamped = 0; ///< In all layers.
};

/// What is known of a loaded model, for panels and `inspect`.
struct ModelInfo {
    std::string source, title; ///< As opened; for people.
    std::string format, family, label, network;
    std::string config_guess; ///< "T", "R" or "" for alias-free; the architecture for StyleGAN2.
    int resolution = 0, channels = 0, z_dim = 0, c_dim = 0, w_dim = 0, num_ws = 0;
    std::int64_t parameters = 0;
    bool has_noise = false;
    bool has_transform = false; ///< An input transform of its own; otherwise its constant is moved.
    std::vector<model::LayerInfo> layers;
    std::vector<model::LayerSampling> sampling; ///< Of each layer, in the same order.
    std::vector<std::string> ignored_globals;
};

/// One model's answer to a scene.
struct Frame {
    Image image; ///< The output, moved back when the scene asks for it.
    std::string layer_name;
    int layer_channels = 0; ///< Of the layer looked at, in all.
    int base_channel = 0;   ///< First channel shown, after clamping to what the layer has.
    Image layer;            ///< The shown channels of that layer; for "output" the image again.
    ChannelStats stats_all, stats_shown;
    std::vector<double> channel_max_abs; ///< Of each shown channel.
    signal::LayerSpectrum spectrum;      ///< Of all channels of that layer.
    std::vector<LayerTime> times;
    NumberGuard guard;
    std::optional<model::LearnedPose> pose; ///< That the input drew from w; none: the network draws none.
    double mapping_ms = 0, synthesis_ms = 0, spectrum_ms = 0, total_ms = 0;
    int layers_run = 0;            ///< Not taken from the cache.
    int w_count = 0;               ///< How many w the latent's file has; 0: no file, or one that cannot be read.
    bool lacks_directions = false; ///< W's principal components are still to be found: the scene's are left out.
    bool by_graph = false;         ///< Replayed as a CUDA graph: layers have no times of their own.
    std::string graph_failure;     ///< Why a GPU's frames are not replayed; empty when they are, or would be.
    std::size_t cache_bytes = 0;   ///< Activations kept for the next frame.
    std::size_t memory_bytes = 0;  ///< All of the model's activations and scratch memory, in use or kept for reuse.
    std::string error;             ///< Why there is no image; empty if there is one.
};

/// Two models' answers to the same scene, published together so that what stands side by side always belongs together.
struct FramePair {
    std::uint64_t serial = 0;
    Scene scene;
    std::array<std::shared_ptr<const ModelInfo>, 2> model;
    std::array<std::shared_ptr<const Frame>, 2> frame;
};

} // namespace unstuck::engine
