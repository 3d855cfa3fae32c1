#include "cuda/bias_act_body.h"
#include "cuda/launch.h"

namespace unstuck::cuda {

void bias_act_cuda(const BiasAct& p, Stream stream) {
    validate(p);
    run_bias_act_body(p, [&](const auto& body) { launch_body(body, stream); });
}

} // namespace unstuck::cuda
