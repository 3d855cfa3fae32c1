#pragma once
#include <optional>
#include <vector>

namespace unstuck::signal {

/// Modified Bessel function of the first kind, order 0: power series, full double precision for |x| < 700.
double bessel_i0(double x);

/// Symmetric Kaiser window of n samples. Source: numpy.kaiser / scipy.signal.windows.kaiser.
std::vector<double> kaiser_window(int n, double beta);

/// Kaiser's empirical attenuation in dB of an n-tap filter whose transition band is `width` wide, in units of the
/// Nyquist frequency: A = 2.285 (n - 1) pi width + 7.95. Source: Kaiser 1974, as scipy.signal.kaiser_atten.
double kaiser_attenuation(int n, double width);

/// The Kaiser parameter for an attenuation in dB. Source: Kaiser 1974, as scipy.signal.kaiser_beta.
double kaiser_beta(double attenuation);

/// What fades a filter's taps out towards its ends.
enum class Window { kaiser, hann, hamming, blackman, rectangular };

/// Symmetric window of n samples; `beta` is the Kaiser window's.
std::vector<double> window_of(Window window, int n, double beta);

/// A low-pass filter to design. Frequencies in cycles per image width: a 256-px image has rate 256.
struct LowpassSpec {
    int taps = 1;        ///< Number of coefficients (per axis), >= 1. 1 means no filter.
    double cutoff = 0;   ///< f_c, 0 < cutoff < rate / 2.
    double width = 0;    ///< Transition band, twice the half-width f_h, > 0.
    double rate = 1;     ///< Sampling rate of the taps.
    bool radial = false; ///< Jinc (2-D, rotation invariant) instead of separable sinc.
    Window window = Window::kaiser;
    std::optional<double> beta =
        std::nullopt; ///< Of the Kaiser window; unset: from taps and width by Kaiser's formulas.
};

/// Taps of a filter: `rows` is 1 for a separable one (taps per axis), else rows == taps for a full 2-D one, row-major.
/// Empty for spec.taps == 1. DC gain 1.
struct FilterTaps {
    int rows = 0, taps = 0;
    std::vector<double> values;
};

/// The beta that a design takes.
double beta_of(const LowpassSpec& spec);

/// Windowed sinc (with a Kaiser window scipy.signal.firwin with `width`) or windowed jinc. Source: Karras et al. 2021,
/// section 3.1 and appendix C; golden: tests/golden/filters.*. Throws std::invalid_argument naming the field out of
/// range; radial filters need an even number of taps (an odd one would divide by zero at its centre).
FilterTaps design_lowpass(const LowpassSpec& spec);

} // namespace unstuck::signal
