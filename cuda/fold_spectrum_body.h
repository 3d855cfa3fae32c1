#pragma once
// The second half of power_spectrum.h: from the half plane's power to what is shown.
#include "cuda/power_spectrum_body.h"

namespace unstuck::cuda {

/// The plane in dB: one thread per pixel shown.
struct SpectrumPlaneBody {
    static constexpr int kThreads = 256;
    struct Thread {
        int index = 0;
    };
    FoldSpectrum p;

    Launch launch() const { return {ceil_div(p.height * p.width, kThreads), 1, 1, kThreads, 0}; }

    template <class Phases>
    UNSTUCK_HD void run(Block block, char*, Phases&& phase) const {
        phase([&](Thread& t) {
            const int pixel = block.x * kThreads + t.index;
            if (pixel >= p.height * p.width) return;
            // Frequency 0 was moved to (height / 2, width / 2).
            const int y = (pixel / p.width + p.height - p.height / 2) % p.height;
            const int x = (pixel % p.width + p.width - p.width / 2) % p.width;
            const float db = 10 * std::log10(power_at(y, x) * p.scale);
            p.plane_db[pixel] = db < p.floor_db ? p.floor_db : db; // NaN stays NaN
        });
    }

  private:
    /// A real image's spectrum is Hermitian: the other half mirrors the stored one.
    UNSTUCK_HD float power_at(int y, int x) const {
        if (x > p.width / 2) {
            y = (p.height - y) % p.height;
            x = p.width - x;
        }
        return p.power[y * (p.width / 2 + 1) + x];
    }
};

/// One block per ring, and one more for the total and the slices. A ring's block visits the rows that cross the ring, a
/// thread per row, and there the few columns that may lie in it.
///
/// Ring r holds the bins with r - 1/2 <= f < r + 1/2 and f <= rate / 2, as rounding f to the nearest integer does.
/// Squares of f in double are compared with squares of these edges, taken 1e-14 (relatively) lower, the last one
/// higher: bins on an edge, such as (10, 24) of 52 at rate 16 with f = 8 = rate / 2, then lie on it whatever the
/// rounding of f. tests/cuda/power_spectrum_test.cpp holds the rings to core's formula at every layer size of the
/// networks.
struct SpectrumRingsBody {
    static constexpr int kThreads = 1024, kRun = 16;
    struct Sum {
        double power;
        int count;
    };
    struct Thread {
        int index = 0;
    };
    FoldSpectrum p;

    Launch launch() const { return {p.rings + 1, 1, 1, kThreads, kThreads * sizeof(Sum)}; }

    template <class Phases>
    UNSTUCK_HD void run(Block block, char* shared, Phases&& phase) const {
        auto* sums = reinterpret_cast<Sum*>(shared);
        const int ring = block.x;
        phase([&](Thread& t) {
            sums[t.index] = ring < p.rings ? ring_part(ring, t.index) : Sum{total_part(t.index), 0};
            if (ring == p.rings) write_slices(t.index);
        });
        fold_rows(sums, kThreads, 1, phase, [](const Sum& a, const Sum& b) {
            return Sum{a.power + b.power, a.count + b.count};
        });
        phase([&](Thread& t) {
            if (t.index != 0) return;
            const double power = sums[0].power * static_cast<double>(p.scale);
            if (ring == p.rings) {
                *p.total = power;
                return;
            }
            p.ring_sum[ring] = static_cast<float>(power);
            p.ring_count[ring] = static_cast<float>(sums[0].count);
        });
    }

  private:
    UNSTUCK_HD int half_width() const { return p.width / 2 + 1; }

    /// How many bins of the plane a stored one stands for: all have a mirror in the other half but column 0 and, of an
    /// even width, the last, whose mirrors are stored.
    UNSTUCK_HD int weight(int x) const { return x == 0 || 2 * x == p.width ? 1 : 2; }

    UNSTUCK_HD static double square(double v) { return v * v; }

    /// Of the rows first, first + kThreads, ..
    UNSTUCK_HD Sum ring_part(int ring, int first) const {
        const double step_x = static_cast<double>(p.sampling_rate) / p.width;
        const double step_y = static_cast<double>(p.sampling_rate) / p.height;
        const double inner = ring == 0 ? 0 : square(ring - 0.5) * (1 - 1e-14), outer = square(ring + 0.5) * (1 - 1e-14);
        const double last = square(static_cast<double>(p.sampling_rate) / 2) * (1 + 1e-14);
        Sum sum{0, 0};
        for (int y = first; y < p.height; y += kThreads) {
            const double f_y2 = square((2 * y < p.height ? y : p.height - y) * step_y);
            if (f_y2 >= outer) continue;
            // One column more on either side than the circles give: the comparison decides, not these roots.
            const int from = f_y2 < inner ? column(std::sqrt(inner - f_y2) / step_x - 1) : 0;
            const int to = column(std::sqrt(outer - f_y2) / step_x + 1);
            for (int x = from; x <= to; ++x) {
                const double f2 = square(x * step_x) + f_y2;
                if (f2 < inner || f2 >= outer || f2 > last) continue;
                sum.power += weight(x) * static_cast<double>(p.power[y * half_width() + x]);
                sum.count += weight(x);
            }
        }
        return sum;
    }

    /// Of the half plane's columns, the one at or before `x`.
    UNSTUCK_HD int column(double x) const { return x <= 0 ? 0 : x >= p.width / 2 ? p.width / 2 : static_cast<int>(x); }

    /// Of all bins first, first + kThreads, ..: float32 within a run, so that its loads overlap and its additions are
    /// quick.
    UNSTUCK_HD double total_part(int first) const {
        const int bins = p.height * half_width();
        double total = 0;
        for (int start = first; start < bins; start += kThreads * kRun) {
            float sum = 0;
            for (int j = 0; j < kRun; ++j) {
                const int i = start + j * kThreads;
                if (i < bins) sum += static_cast<float>(weight(i % half_width())) * p.power[i];
            }
            total += static_cast<double>(sum);
        }
        return total;
    }

    UNSTUCK_HD void write_slices(int first) const {
        const int steps = (p.height < p.width ? p.height : p.width) / 2;
        for (int k = first; k <= steps; k += kThreads) {
            p.slices[k] = p.power[k] * p.scale;
            p.slices[steps + 1 + k] = p.power[k * half_width() + k] * p.scale;
        }
    }
};

} // namespace unstuck::cuda
