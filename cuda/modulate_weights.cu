#include "cuda/launch.h"
#include "cuda/modulate_weights_body.h"

namespace unstuck::cuda {

void modulate_weights_cuda(const ModulateWeights& p, Stream stream) {
    validate(p);
    launch_body(ModulateWeightsBody{p}, stream);
}

} // namespace unstuck::cuda
