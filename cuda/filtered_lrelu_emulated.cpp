#include "cuda/filtered_lrelu_pick.h"

#include <stdexcept>

namespace unstuck::cuda {

void filtered_lrelu_emulated(const FilteredLrelu& p) {
    validate(p);
    if (p.y.size() == 0) return;
    const auto plan = plan_filtered_lrelu(p, kDefaultShared * 2);
    if (!plan.fits) throw std::invalid_argument("filtered_lrelu: no tile of these filters fits into shared memory");
    run_lrelu_body(p, plan, [](const auto& body) { emulate(body); });
}

} // namespace unstuck::cuda
