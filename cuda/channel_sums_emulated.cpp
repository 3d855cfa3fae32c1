#include "cuda/channel_sums_body.h"

namespace unstuck::cuda {

void channel_sums_emulated(const ChannelSums& p) {
    validate(p);
    const int slabs = channel_sums_slabs(p);
    if (p.x.element == Element::f32)
        emulate(SlabSumsBody<float>{p, slabs});
    else
        emulate(SlabSumsBody<Half>{p, slabs});
    emulate(JoinSlabsBody{p, slabs});
}

} // namespace unstuck::cuda
