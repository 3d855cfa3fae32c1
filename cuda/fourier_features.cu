#include "cuda/fourier_features_body.h"
#include "cuda/launch.h"

namespace unstuck::cuda {

void fourier_features_cuda(const FourierFeatures& p, Stream stream) {
    validate(p);
    launch_body(FourierFeaturesBody{p}, stream);
}

} // namespace unstuck::cuda
