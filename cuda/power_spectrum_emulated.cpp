#include "cuda/fold_spectrum_body.h"

namespace unstuck::cuda {

void window_channels_emulated(const WindowChannels& p) {
    validate(p);
    emulate(WindowChannelsBody{p});
}

void add_power_emulated(const AddPower& p) {
    validate(p);
    emulate(AddPowerBody{p});
}

void fold_spectrum_emulated(const FoldSpectrum& p) {
    validate(p);
    if (p.height == 0 || p.width == 0) return;
    emulate(SpectrumPlaneBody{p});
    emulate(SpectrumRingsBody{p});
}

} // namespace unstuck::cuda
