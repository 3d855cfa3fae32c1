#include "core/engine/graph_player.hpp"

#include "cuda/module.h"

#include <ATen/ATen.h>

namespace unstuck::engine {

GraphPolicy::Step GraphPolicy::next(const std::string& key) {
    if (!failure_.empty()) return Step::run;
    if (key != key_) {
        key_ = key;
        runs_ = 0;
        captured_ = false;
    }
    if (captured_) return Step::replay;
    constexpr int kWarmUp = 2;
    return runs_ >= kWarmUp ? Step::capture : Step::run;
}

void GraphPolicy::fail(std::string why) {
    failure_ = std::move(why);
    captured_ = false;
}

GraphPlayer::GraphPlayer(const model::Synthesis& synthesis, bool allowed, const std::string& why)
    : synthesis_(synthesis) {
    if (!allowed || !synthesis.gpu()) policy_.fail(why.empty() ? "off" : why);
}

GraphPlayer::~GraphPlayer() { drop(); }

void GraphPlayer::drop() {
    activations_.clear();
    if (graph_) synthesis_.gpu()->functions().graph_destroy(graph_);
    graph_ = nullptr;
}

void GraphPlayer::record(const model::SynthesisInput& input, const std::function<bool(std::size_t)>& keep) {
    input.staged->counts.zero_();
    model::Activation a;
    const auto count = synthesis_.layers().size();
    activations_.assign(count, {});
    for (std::size_t i = 0; i < count; ++i) {
        a = synthesis_.run(i, a, input);
        // What is let go is the next layers' memory.
        if (keep(i)) activations_[i] = a;
    }
}

void GraphPlayer::capture(const model::SynthesisInput& input, const std::function<bool(std::size_t)>& keep) {
    const auto& f = synthesis_.gpu()->functions();
    drop();
    ops::check_gpu(f.graph_begin(synthesis_.gpu()->index(), &graph_));
    try {
        record(input, keep);
        ops::check_gpu(f.graph_end(graph_));
    } catch (...) {
        activations_.clear();
        f.graph_abort(graph_);
        graph_ = nullptr;
        throw;
    }
}

bool GraphPlayer::play(const model::SynthesisInput& input, const std::string& key,
                       const std::function<bool(std::size_t)>& keep) {
    const auto step = policy_.next(key);
    if (step == GraphPolicy::Step::run) return false;
    try {
        if (step == GraphPolicy::Step::capture) {
            capture(input, keep);
            policy_.captured();
        }
        ops::check_gpu(synthesis_.gpu()->functions().graph_replay(graph_));
        return true;
    } catch (const c10::Error& e) {
        policy_.fail(e.what_without_backtrace());
    } catch (const std::exception& e) {
        policy_.fail(e.what());
    }
    drop();
    return false;
}

} // namespace unstuck::engine
