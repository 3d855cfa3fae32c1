#include "cuda/fourier_features_body.h"

namespace unstuck::cuda {

void fourier_features_emulated(const FourierFeatures& p) {
    validate(p);
    emulate(FourierFeaturesBody{p});
}

} // namespace unstuck::cuda
