#pragma once
#include "core/engine/device_choice.hpp"
#include "core/engine/frame.hpp"
#include "core/engine/gemm_rate.hpp"

namespace unstuck::engine {

struct BenchRequest {
    std::vector<std::string> models; ///< One, or a pair as the window shows it.
    int frames = 0;                  ///< 0: as many as fit into a few seconds, at least 5.
    int threads = 0;                 ///< 0: as the window would take.
    bool spectrum = false;           ///< With a live spectrum of the output; always for a pair.
    model::Arithmetic arithmetic = model::Arithmetic::fast;
    DeviceChoice device;
};

/// One layer's medians.
struct LayerCost {
    std::string name;
    double ms = 0, conv_ms = 0, filter_ms = 0;
    double conv_flop = 0, bytes = 0; ///< See model::LayerInfo.
};

struct ModelBench {
    std::string model;
    int threads = 0;
    double frame_ms = 0, fastest_ms = 0; ///< Median and best of a whole frame: mapping, all layers, picture.
    double mapping_ms = 0, spectrum_ms = 0;
    GemmRate gemm;
    double conv_flop = 0;
    std::vector<LayerCost> layers;
    double faults_per_frame = 0; ///< Minor page faults.
    std::string device = "cpu";  ///< Or "cuda:0".
    bool by_graph = false;       ///< Frames were replayed as a CUDA graph; layers were timed in frames of their own.
    std::string graph_failure;
    NumberGuard guard; ///< Of the last frame.
};

struct Bench {
    int frames = 0;
    double frame_ms = 0; ///< Median of a whole picture: of the model, or of the pair.
    std::vector<ModelBench> models;
    double load_ms = 0;
    std::size_t peak_rss_bytes = 0; ///< Of the process so far.
};

/// Renders frame after frame, each with another latent, so that every layer runs. Throws like load_model().
Bench run_bench(const BenchRequest& request);

} // namespace unstuck::engine
