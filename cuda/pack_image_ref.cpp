#include "cuda/half.h"
#include "cuda/pack_image.h"

#include <algorithm>

namespace unstuck::cuda {

void pack_image_ref(const PackImage& p) {
    if (p.x.size() == 0) return;
    float* rgba = p.rgba;
    for (int y = 0; y < p.x.height; ++y)
        for (int x = 0; x < p.x.width; ++x, rgba += 4) {
            const double missing[4] = {0, 0, 0, 1};
            for (int c = 0; c < 4; ++c) {
                double v = missing[c];
                if (c < p.count) {
                    const long long pixel = static_cast<long long>(y) * p.x.width + x;
                    v = load(p.x.data, p.x.element, pixel * p.x.channels + p.first_channel + c);
                    v *= p.scale;
                    if (p.clamp > 0) v = std::clamp<double>(v, -p.clamp, p.clamp);
                }
                rgba[c] = static_cast<float>(v);
            }
        }
}

} // namespace unstuck::cuda
