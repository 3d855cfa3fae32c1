#include "cuda/channel_sums_body.h"
#include "cuda/launch.h"

namespace unstuck::cuda {

void channel_sums_cuda(const ChannelSums& p, Stream stream) {
    validate(p);
    const int slabs = channel_sums_slabs(p);
    if (p.x.element == Element::f32)
        launch_body(SlabSumsBody<float>{p, slabs}, stream);
    else
        launch_body(SlabSumsBody<Half>{p, slabs}, stream);
    launch_body(JoinSlabsBody{p, slabs}, stream);
}

} // namespace unstuck::cuda
