#include "cuda/launch.h"
#include "cuda/pack_image_body.h"

namespace unstuck::cuda {

void pack_image_cuda(const PackImage& p, Stream stream) {
    validate(p);
    launch_body(PackImageBody{p}, stream);
}

} // namespace unstuck::cuda
