#pragma once
// One thread per colour of a pixel: neighbouring threads write neighbouring floats.
#include "cuda/emulate.h"
#include "cuda/half.h"
#include "cuda/pack_image.h"
#include "cuda/require.h"

namespace unstuck::cuda {

inline void validate(const PackImage& p) {
    constexpr const char* kOp = "pack_image";
    require_images(p.x, kOp);
    require(p.count >= 1 && p.count <= 4, kOp, "1 to 4 channels", p.count);
    if (p.x.size() == 0) return;
    require(p.first_channel >= 0 && p.first_channel <= p.x.channels - p.count, kOp,
            "a first channel whose run lies within those stored", p.first_channel);
    require_data(p.rgba, kOp, "rgba");
}

struct PackImageBody {
    static constexpr int kThreads = 256;
    struct Thread {
        int index = 0;
    };
    PackImage p;

    Launch launch() const {
        if (p.x.size() == 0) return {};
        return {ceil_div(p.x.height * p.x.width, kThreads / 4), 1, 1, kThreads, 0};
    }

    template <class Phases>
    UNSTUCK_HD void run(Block block, char*, Phases&& phase) const {
        phase([&](Thread& t) {
            const int pixel = block.x * (kThreads / 4) + t.index / 4, colour = t.index % 4;
            if (pixel < p.x.height * p.x.width) p.rgba[static_cast<long long>(pixel) * 4 + colour] = at(pixel, colour);
        });
    }

  private:
    UNSTUCK_HD float at(int pixel, int colour) const {
        if (colour >= p.count) return colour == 3 ? 1.f : 0.f;
        const long long i = static_cast<long long>(pixel) * p.x.channels + p.first_channel + colour;
        const float v = load(p.x.data, p.x.element, i) * p.scale;
        if (!(p.clamp > 0)) return v;
        return v > p.clamp ? p.clamp : v < -p.clamp ? -p.clamp : v; // NaN stays NaN
    }
};

} // namespace unstuck::cuda
