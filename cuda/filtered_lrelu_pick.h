#pragma once
// From a plan to the body that runs it: `run(body)` is called with one of the kernels' bodies.
#include "cuda/filtered_lrelu_general.h"
#include "cuda/filtered_lrelu_standard.h"

namespace unstuck::cuda {

template <class T, class Run>
void run_standard_lrelu(const FilteredLrelu& p, const LreluPlan& plan, Run&& run) {
    switch (plan.shape) {
    case LreluShape::up2_down2: run(LreluStandard<T, 2, 12, 2, 12>(p, plan)); break;
    case LreluShape::up4_down2: run(LreluStandard<T, 4, 24, 2, 12>(p, plan)); break;
    case LreluShape::fir4: run(LreluStandard<T, 1, 4, 1, 1>(p, plan)); break;
    case LreluShape::image_up2: run(LreluStandard<T, 2, 4, 1, 1>(p, plan)); break;
    case LreluShape::general: break;
    }
}

template <class Run>
void run_lrelu_body(const FilteredLrelu& p, const LreluPlan& plan, Run&& run) {
    const bool x_half = p.x.element == Element::f16, y_half = p.y.element == Element::f16;
    if (plan.shape != LreluShape::general) {
        if (x_half)
            run_standard_lrelu<Half>(p, plan, run);
        else
            run_standard_lrelu<float>(p, plan, run);
    } else if (x_half) {
        if (y_half)
            run(LreluGeneral<Half, Half>(p, plan));
        else
            run(LreluGeneral<Half, float>(p, plan));
    } else if (y_half) {
        run(LreluGeneral<float, Half>(p, plan));
    } else {
        run(LreluGeneral<float, float>(p, plan));
    }
}

} // namespace unstuck::cuda
