#include "cuda/pack_image_body.h"

namespace unstuck::cuda {

void pack_image_emulated(const PackImage& p) {
    validate(p);
    emulate(PackImageBody{p});
}

} // namespace unstuck::cuda
