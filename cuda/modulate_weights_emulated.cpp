#include "cuda/modulate_weights_body.h"

namespace unstuck::cuda {

void modulate_weights_emulated(const ModulateWeights& p) {
    validate(p);
    emulate(ModulateWeightsBody{p});
}

} // namespace unstuck::cuda
