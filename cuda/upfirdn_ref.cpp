#include "cuda/upfirdn.h"

namespace unstuck::cuda {

void upfirdn_ref(const Upfirdn& p, float* y) {
    for (int row = 0; row < p.rows; ++row)
        for (int i = 0; i < p.n_out; ++i) y[static_cast<long long>(row) * p.n_out + i] = upfirdn_at<double>(p, row, i);
}

} // namespace unstuck::cuda
