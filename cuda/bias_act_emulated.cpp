#include "cuda/bias_act_body.h"

namespace unstuck::cuda {

void bias_act_emulated(const BiasAct& p) {
    validate(p);
    run_bias_act_body(p, [](const auto& body) { emulate(body); });
}

} // namespace unstuck::cuda
