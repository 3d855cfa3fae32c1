#include "cuda/fold_spectrum_body.h"
#include "cuda/launch.h"

namespace unstuck::cuda {

void window_channels_cuda(const WindowChannels& p, Stream stream) {
    validate(p);
    launch_body(WindowChannelsBody{p}, stream);
}

void add_power_cuda(const AddPower& p, Stream stream) {
    validate(p);
    launch_body(AddPowerBody{p}, stream);
}

void fold_spectrum_cuda(const FoldSpectrum& p, Stream stream) {
    validate(p);
    if (p.height == 0 || p.width == 0) return;
    launch_body(SpectrumPlaneBody{p}, stream);
    launch_body(SpectrumRingsBody{p}, stream);
}

} // namespace unstuck::cuda
