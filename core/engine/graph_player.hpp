#pragma once
#include "core/model/generator.hpp"

#include <functional>
#include <string>
#include <vector>

namespace unstuck::engine {

/// When a whole synthesis is worth capturing: after it ran to its end twice the same way (libraries choose their
/// algorithms and the allocator fills in the first runs), and again whenever what it is made of changes. A failure ends
/// it for good.
class GraphPolicy {
  public:
    enum class Step { run, capture, replay };

    /// `key` names all that a graph is made of besides the contents of staged tensors.
    Step next(const std::string& key);
    void ran() { ++runs_; } ///< All layers of what next() said to run were run.
    void captured() { captured_ = true; }
    void fail(std::string why);
    const std::string& failure() const { return failure_; } ///< Empty: none.

  private:
    std::string key_, failure_;
    int runs_ = 0;
    bool captured_ = false;
};

/// A network's whole synthesis as one CUDA graph. Use from one thread at a time, with that thread's device and stream.
class GraphPlayer {
  public:
    /// `allowed` false: never captures, and says `why`.
    GraphPlayer(const model::Synthesis& synthesis, bool allowed, const std::string& why);
    ~GraphPlayer();
    GraphPlayer(const GraphPlayer&) = delete;
    GraphPlayer& operator=(const GraphPlayer&) = delete;

    /// Queues all layers by graph. False: the caller has to run them itself. `keep(i)` says which layers' activations
    /// stay readable afterwards; the others are undefined in activations().
    bool play(const model::SynthesisInput& input, const std::string& key,
              const std::function<bool(std::size_t layer)>& keep);

    /// The caller ran all layers itself, to the end.
    void ran() { policy_.ran(); }

    /// Of the last play(): overwritten by the next.
    const std::vector<model::Activation>& activations() const { return activations_; }
    const std::string& failure() const { return policy_.failure(); }

  private:
    void capture(const model::SynthesisInput& input, const std::function<bool(std::size_t)>& keep);
    void record(const model::SynthesisInput& input, const std::function<bool(std::size_t)>& keep);
    void drop();

    const model::Synthesis& synthesis_;
    GraphPolicy policy_;
    void* graph_ = nullptr;
    std::vector<model::Activation> activations_;
};

} // namespace unstuck::engine
