#pragma once
#include "core/engine/device_choice.hpp"
#include "core/engine/frame.hpp"
#include "core/engine/gemm_rate.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace unstuck::engine {

struct LoadedModel;

/// How a load is going.
struct LoadStatus {
    std::string source;
    bool loading = false;
    double fraction = 0; ///< 0 .. 1
    std::string stage;   ///< "reading", "building", ...
    std::string error;   ///< Of the last load, until the next one starts or it is dismissed.
};

/// Owns the models and the thread that renders them. The newest scene wins: an outdated render is abandoned between two
/// layers, except that no two in a row are, so that a long drag still shows pictures. All methods may be called from
/// any one thread (the window's); none waits for a render.
class Engine {
  public:
    /// `notify` is called from the worker whenever something new can be had; it must not call back into the engine.
    explicit Engine(std::function<void()> notify = {});
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Starts loading; the model on that side stays until the new one is ready, and for good when loading fails.
    void load(Side side, const std::string& source);
    void cancel_load(Side side);
    void unload(Side side);
    LoadStatus load_status(Side side) const;
    void dismiss_error(Side side);

    /// Asks for pictures of this scene (its `model` fields are ignored: load() decides). Cheap when nothing changed.
    void request(const Scene& scene);

    /// Renders the scene again: something that it refers to has changed, or has become known.
    void refresh();

    std::shared_ptr<const FramePair> latest() const;         ///< Null before the first.
    std::shared_ptr<const ModelInfo> model(Side side) const; ///< Null when there is none.

    /// The network itself, for work in the background; null when there is none.
    std::shared_ptr<const LoadedModel> loaded(Side side) const;

    /// Puts the model of one side on the other as well, weights shared; nothing happens when there is none.
    void copy(Side from, Side to);

    /// Exchanges the models of both sides; loads under way are cancelled.
    void swap();

    /// Bytes of layer activations that each model may keep.
    void set_cache_budget(std::size_t bytes);

    /// Where models compute from now on: those there are load again, and stay as they are until the new ones are ready.
    /// Where that fails, load_status() says why.
    void set_device(const DeviceChoice& choice);

    /// Whether frames on a GPU shall know what each layer took: they then run layer by layer instead of as one graph.
    void set_layer_times(bool wanted);

    /// Asks for a measurement of this machine's rate at the model's matrix shapes, once nothing is left to render.
    void measure_gemm_rate(Side side);
    bool measuring(Side side) const;
    std::optional<GemmRate> gemm_rate(Side side) const; ///< Of the present model; none until measured.

    bool rendering() const; ///< A picture of what was asked for is still to come.
    bool busy() const;      ///< Rendering or loading.

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace unstuck::engine
