#pragma once
#include "cuda/bias_act.h"
#include "cuda/emulate.h"
#include "cuda/pairs.h"
#include "cuda/require.h"

namespace unstuck::cuda {

inline void validate(const BiasAct& p) {
    constexpr const char* kOp = "bias_act";
    require_images(p.x, kOp);
    require_images(p.y, kOp);
    require(p.x.n == p.y.n && p.x.height == p.y.height && p.x.width == p.y.width && p.x.channels == p.y.channels, kOp,
            "x and y of one shape", p.y.size());
    for (const auto& i : {p.x, p.y})
        require(reinterpret_cast<std::uintptr_t>(i.data) % (2 * bytes_of(i.element)) == 0, kOp,
                "data aligned to pairs of elements", reinterpret_cast<std::uintptr_t>(i.data) % 16);
}

/// A thread takes pairs of channels, one after the other, a grid apart. TX, TY: elements of x and y.
template <class TX, class TY>
struct BiasActBody {
    static constexpr int kThreads = 256, kMostBlocks = 132 * 32;
    struct Thread {
        int index = 0;
        unsigned not_finite = 0, clamped = 0;
    };
    BiasAct p;

    Launch launch() const {
        const long long blocks = (p.x.size() / 2 + kThreads - 1) / kThreads;
        return {static_cast<int>(blocks < kMostBlocks ? blocks : kMostBlocks), 1, 1, kThreads, 0};
    }

    template <class Phases>
    UNSTUCK_HD void run(Block block, char*, Phases&& phase) const {
        phase([&](Thread& t) {
            const int pairs = p.x.channels / 2;
            const long long plane = static_cast<long long>(p.x.height) * p.x.width, count = plane * p.x.n * pairs;
            const long long step = static_cast<long long>(launch_blocks(count)) * kThreads;
            const float noise_gain = p.noise && p.noise_gain ? *p.noise_gain : 1;
            const Activate activate{p.slope, p.gain, p.clamp};
            for (long long i = static_cast<long long>(block.x) * kThreads + t.index; i < count; i += step) {
                // 64-bit divisions would take as long as the memory.
                const bool small = count <= 0xffffffffLL;
                const long long pixel = small ? static_cast<unsigned>(i) / static_cast<unsigned>(pairs) : i / pairs;
                const int c = static_cast<int>(i - pixel * pairs);
                Pair v = load_pair(static_cast<const TX*>(p.x.data), i), bias;
                if (p.bias) bias = load_pair(p.bias, c);
                const float noise = p.noise ? noise_gain * p.noise[p.x.n == 1 ? pixel : pixel % plane] : 0;
                v.a = activate(v.a + noise + bias.a, t.clamped) * p.scale;
                v.b = activate(v.b + noise + bias.b, t.clamped) * p.scale;
                store_pair(static_cast<TY*>(p.y.data), i, v);
                t.not_finite += count_not_finite<TY>(v.a) + count_not_finite<TY>(v.b);
            }
        });
        phase([&](Thread& t) { add_counts(p.counts, t.not_finite, t.clamped); });
    }

  private:
    UNSTUCK_HD static int launch_blocks(long long count) {
        const long long blocks = (count + kThreads - 1) / kThreads;
        return static_cast<int>(blocks < kMostBlocks ? blocks : kMostBlocks);
    }
};

template <class Run>
void run_bias_act_body(const BiasAct& p, Run&& run) {
    const bool x_half = p.x.element == Element::f16, y_half = p.y.element == Element::f16;
    if (x_half && y_half)
        run(BiasActBody<Half, Half>{p});
    else if (x_half)
        run(BiasActBody<Half, float>{p});
    else if (y_half)
        run(BiasActBody<float, Half>{p});
    else
        run(BiasActBody<float, float>{p});
}

} // namespace unstuck::cuda
