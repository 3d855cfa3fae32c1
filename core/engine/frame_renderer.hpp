#pragma once
#include "core/engine/compute_target.hpp"
#include "core/engine/frame.hpp"
#include "core/engine/w_files.hpp"
#include "core/latent/directions.hpp"
#include "core/measure/affine_resample.hpp"
#include "core/model/generator.hpp"

#include <functional>
#include <optional>

namespace unstuck::engine {

/// A built generator with its card.
struct LoadedModel {
    std::shared_ptr<const model::Generator> generator;
    std::shared_ptr<const ModelInfo> info;
    ComputeTarget target; ///< Where it was built to compute.
    std::shared_ptr<latent::DirectionBases> bases = std::make_shared<latent::DirectionBases>(); ///< Shared by copies.
};

struct LoadOptions {
    model::Arithmetic arithmetic = model::Arithmetic::fast; ///< Of the processor.
    ComputeTarget target;                                   ///< Where to compute; the processor by default.
};

/// Reads and builds a model. `progress(fraction, stage)` is called now and then and may throw to cancel.
/// Throws io::FileError for files that cannot be read, or whose network cannot be built; a network that a GPU does not
/// take computes on the processor when the target allows it, and LoadedModel::target says why.
LoadedModel load_model(const std::string& source, const std::function<void(double, const char*)>& progress = {},
                       const LoadOptions& options = {});

/// Builds the network, turning every failure into a FileError that names the file and the reason.
std::shared_ptr<const model::Generator> build_generator(const io::Checkpoint& checkpoint,
                                                        const model::BuildOptions& options = {});

/// What one side of a scene asks of a model.
struct FrameRequest {
    LatentState latent;                         ///< As its side sees it.
    bool wait_for_directions = true;            ///< Else a frame whose directions are not known yet does without.
    model::Matrix3 forward = model::kIdentity3; ///< The image's transform.
    bool untransform = false;
    model::ConstantEdge edge = model::ConstantEdge::periodic;
    std::shared_ptr<const model::Edits> edits; ///< Null: none.
    std::string layer = "output";
    int base_channel = 0, channels = 3;
    bool want_capture = true; ///< The layer's channels and their statistics; without it neither spectrum.
    bool want_spectrum = true;
    bool want_layer_times =
        false; ///< On a GPU: layer by layer instead of by graph, since a graph knows only its whole.
    double beta = 8;
};
FrameRequest make_request(const Scene& scene, Side side, const ModelInfo& info);

/// Bytes of activations that are kept per model, unless the user says otherwise.
inline constexpr std::size_t kDefaultCacheBytes = std::size_t{1} << 30;

/// Renders frames of one model, keeping every layer's activation with all that went into it: a change at layer k runs
/// layers k .. N, looking at another layer runs none. What does not fit into the budget is let go, the largest first,
/// and runs again when it is needed. Use from one thread at a time.
class FrameRenderer {
  public:
    explicit FrameRenderer(LoadedModel model);
    ~FrameRenderer();

    /// No value when `abandon()` said so between two layers; what was computed until then stays cached.
    /// A failure is reported in Frame::error.
    std::optional<Frame> render(const FrameRequest& request, const std::function<bool()>& abandon = {});

    const LoadedModel& model() const { return model_; }

    /// The picture and the layer looked at are kept even where they exceed it.
    void set_cache_budget(std::size_t bytes);

  private:
    struct CachedLayer {
        std::optional<std::string> key; ///< All of the layer's own input, byte for byte; none: nothing is known.
        model::Activation activation;   ///< Let go when `shown` is undefined.
        std::int64_t not_finite = 0;    ///< NaN and infinities in it; a GPU counts by itself.
        bool kept() const { return activation.shown.defined(); }
    };
    std::optional<Frame> render_here(const FrameRequest& request, const std::function<bool()>& abandon);
    model::SynthesisInput make_input(const FrameRequest& request, Frame& frame);
    bool run_layers(const model::SynthesisInput& input, const FrameRequest& request,
                    const std::function<bool()>& abandon, Frame& frame);
    bool run_graph(const model::SynthesisInput& input, std::size_t looked_at, const std::vector<std::string>& keys,
                   Frame& frame);
    void report_numbers(Frame& frame) const;
    std::size_t layer_of(const FrameRequest& request) const;
    void run_layer(std::size_t i, const model::SynthesisInput& input, const std::string& key, bool timed, Frame& frame);
    void keep_within_budget(std::size_t current, std::size_t looked_at);
    std::size_t cache_bytes(const CachedLayer* without = nullptr) const;
    void free_idle_memory() const;
    void capture(const FrameRequest& request, const at::Tensor& image, Frame& frame);
    Image picture(const at::Tensor& image);

    LoadedModel model_;
    std::unique_ptr<class GpuSide> gpu_;         ///< Null: the processor computes.
    std::shared_ptr<model::StagedInput> staged_; ///< Of the GPU, from frame to frame.
    std::size_t whole_bytes_ = 0;                ///< Activations of all layers, as of the last whole run.
    LatentState ws_latent_;                      ///< What ws_ was made from,
    std::string ws_files_;                       ///< of which versions of its files,
    bool ws_lacks_directions_ = false;           ///< whether directions are missing from it,
    int ws_count_ = 0;                           ///< and how many the file has.
    WFiles files_;
    at::Tensor ws_;
    std::vector<CachedLayer> cache_;
    measure::AffineResampler moved_back_;
    std::size_t budget_ = kDefaultCacheBytes;
};

/// [C, H, W] of any dtype, on any device.
Image to_image(const at::Tensor& chw);

} // namespace unstuck::engine
