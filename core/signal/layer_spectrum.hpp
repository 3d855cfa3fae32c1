#pragma once
#include <vector>

namespace unstuck::signal {

/// A curve over frequency: `frequency` in cycles per image side, `db` = 10 log10(power).
struct SpectrumCurve {
    std::vector<double> frequency, db;
};

/// The power spectrum of one layer in absolute dB: white noise of variance v reads 10 log10 v.
struct LayerSpectrum {
    int width = 0, height = 0;
    double sampling_rate = 0;        ///< Samples per image side: the plane covers -s/2 .. s/2 cycles per side.
    std::vector<float> plane_db;     ///< [height, width], DC at (height / 2, width / 2).
    SpectrumCurve radial;            ///< Mean power in rings one cycle wide, 0 .. s/2.
    SpectrumCurve slice_0, slice_45; ///< From the centre to the right, and along the diagonal.
    double mean_db = 0;              ///< Of the mean power over the plane: subtract it for a relative display.
    bool flat = false;               ///< The layer is constant: there is no spectrum, all values are the floor.
};

} // namespace unstuck::signal
