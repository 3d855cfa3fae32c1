#include "core/ops/activation.hpp"
#include "core/ops/cpu/gemm.hpp"
#include "core/ops/cpu/levels.hpp"
#include "core/ops/filtered_conv.hpp"
#include "core/ops/images.hpp"
#include "core/ops/threads.hpp"
#include "tests/support/golden.hpp"

#include <ATen/Parallel.h>
#include <cmath>
#include <random>

namespace unstuck::test {

namespace {

/// Runs the body once at every SIMD level that this machine has.
template <class F>
void at_every_level(F body) {
    for (const auto& level : cpu::simd_levels()) {
        SCOPED_TRACE(level.name);
        cpu::use_simd_level(level.bit);
        body();
    }
    cpu::use_simd_level(0);
}

struct Random {
    std::mt19937 engine{7};
    int operator()(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine); }
    bool chance() { return (*this)(0, 1) == 1; }
};

at::Tensor as_double(const at::Tensor& t) { return t.defined() ? t.to(at::kDouble) : t; }

/// Max error relative to the largest magnitude of the exact result.
double error_of(const at::Tensor& ours, const at::Tensor& exact) { return relative_error(ours.to(at::kDouble), exact); }

at::Tensor exact_conv(const at::Tensor& x, const at::Tensor& w, const at::Tensor& styles, int padding,
                      bool demodulate) {
    ops::ModulatedConvParams p;
    p.demodulate = demodulate;
    p.pad_x = p.pad_y = padding;
    p.style_norm = ops::StyleNorm::per_sample;
    return ops::modulated_conv2d(as_double(x), as_double(w), as_double(styles), p);
}

} // namespace

TEST(Gemm, EqualsTheProductForEveryNumberOfRowsAndColumns) {
    at_every_level([] {
        at::manual_seed(1);
        for (int rows = 1; rows <= 31; ++rows)
            for (const int columns : {16, 32, 48, 80}) {
                const int inner = 37;
                const auto a = at::randn({rows, inner}), b = at::randn({inner, columns}), scale = at::randn({columns}),
                           bias = at::randn({columns});
                const auto packed = ops::BufferPool().take(cpu::packed_size(inner, columns));
                cpu::pack_panels(b.const_data_ptr<float>(), columns, inner, columns, packed.get());
                const auto memory = ops::BufferPool().take(static_cast<std::size_t>(rows) * columns);
                auto c = at::from_blob(memory.get(), {rows, columns});
                const auto shape = cpu::GemmShape{rows, inner, columns};
                const auto aligned = ops::BufferPool().take(2 * static_cast<std::size_t>(columns));
                std::copy_n(scale.const_data_ptr<float>(), columns, aligned.get());
                std::copy_n(bias.const_data_ptr<float>(), columns, aligned.get() + columns);
                cpu::gemm(shape, a.const_data_ptr<float>(), inner, packed.get(), memory.get(), columns);
                cpu::gemm(shape, a.const_data_ptr<float>(), inner, packed.get(), memory.get(), columns,
                          {aligned.get(), aligned.get() + columns, true});
                const auto exact = 2 * as_double(a).mm(as_double(b)) * as_double(scale) + as_double(bias);
                ASSERT_LE(error_of(c, exact), 1e-6) << rows << "x" << columns;
            }
    });
}

TEST(FusedFilteredLrelu, EqualsTheReferenceOnRandomShapes) {
    Random pick;
    at::manual_seed(2);
    int ran = 0;
    for (int i = 0; i < 200; ++i) {
        ops::FilteredLreluParams p;
        p.up = pick(1, 8);
        p.down = pick(1, 8);
        const int nu = pick(1, 3 * p.up + 3), nd = pick(1, 3 * p.down + 3);
        p.pad = {pick(-6, 20), pick(-6, 20), pick(-6, 20), pick(-6, 20)};
        p.gain = 0.5 + 0.1 * pick(0, 20);
        p.slope = 0.1 * pick(0, 10);
        if (pick.chance()) p.clamp = 0.5;
        p.flip_filter = pick.chance();
        const auto x = at::randn({pick(1, 2), pick(1, 20), pick(4, 16), pick(4, 16)});
        const auto filter = [&](int n) {
            return pick(0, 3) == 0 ? at::Tensor() : pick.chance() ? at::randn({n}) / n : at::randn({n, n}) / n;
        };
        const auto fu = filter(nu), fd = filter(nd);
        const auto b = pick.chance() ? at::randn({x.size(1)}) : at::Tensor();
        at::Tensor exact;
        double scale = 0; // of what is rounded: the signal before the clamp
        try {
            auto free = p;
            free.clamp.reset();
            scale = ops::filtered_lrelu_reference(as_double(x), as_double(fu), as_double(fd), as_double(b), free)
                        .abs()
                        .max()
                        .item<double>();
            exact = ops::filtered_lrelu_reference(as_double(x), as_double(fu), as_double(fd), as_double(b), p);
        } catch (const std::invalid_argument&) {
            continue; // the shapes do not fit together
        }
        ++ran;
        at_every_level([&] {
            const auto ours = ops::filtered_lrelu(x, fu, fd, b, p);
            ASSERT_EQ(ours.sizes(), exact.sizes());
            EXPECT_LE((ours - exact).abs().max().item<double>(), 4e-6 * scale)
                << "case " << i << ": up " << p.up << " down " << p.down << " taps " << nu << " " << nd << " pad "
                << p.pad.x0 << " " << p.pad.x1 << " " << p.pad.y0 << " " << p.pad.y1 << " x " << x.sizes();
        });
    }
    EXPECT_GT(ran, 120);
}

/// Sides beyond one block of columns and one strip of rows, with the published taps: the unrolled passes.
TEST(FusedFilteredLrelu, EqualsTheReferenceAtTheNetworksShapes) {
    at::manual_seed(3);
    for (const int up : {2, 4})
        for (const bool radial : {false, true}) {
            ops::FilteredLreluParams p;
            p.up = up;
            p.down = 2;
            p.pad = {9, 8, 9, 8};
            p.clamp = 1;
            const auto x = at::randn({1, 17, 40, 170});
            auto fd = radial ? at::randn({12, 12}) / 12 : at::randn({12}) / 4;
            if (radial) fd = (fd + fd.flip({0})) / 2;
            const auto fu = at::randn({6 * up}) / 4;
            const auto exact = ops::filtered_lrelu_reference(as_double(x), as_double(fu), as_double(fd), {}, p);
            at_every_level(
                [&] { EXPECT_LE(error_of(ops::filtered_lrelu(x, fu, fd, {}, p), exact), 4e-6) << up << radial; });
        }
}

TEST(FusedFilteredLrelu, KeepsNaNWhereItIs) {
    auto x = at::zeros({1, 3, 20, 20});
    x[0][1][10][10] = std::nan("");
    ops::FilteredLreluParams p;
    p.clamp = 1;
    const auto y = ops::filtered_lrelu(x, {}, {}, {}, p);
    EXPECT_EQ(at::isnan(y).sum().item<int>(), 1);
    EXPECT_TRUE(at::isnan(y[0][1][10][10]).item<bool>());
}

TEST(FusedFilteredLrelu, RefusesAnInputSmallerThanItsFilters) {
    EXPECT_THROW(ops::filtered_lrelu(at::zeros({1, 1, 4, 4}), at::ones({12}), at::ones({12}), {}, {}),
                 std::invalid_argument);
}

TEST(StyledConv, EqualsTheExactConvolutionByEitherMethod) {
    at_every_level([] {
        at::manual_seed(4);
        const auto threads = ops::threads();
        const ops::BufferPool pool;
        for (const auto algorithm : {ops::ConvAlgorithm::direct, ops::ConvAlgorithm::winograd})
            for (const int kernel : {1, 3, 5})
                for (const bool demodulate : {false, true})
                    for (const auto& [in, out, side] : {std::array{3, 5, 7}, {40, 31, 23}, {70, 64, 37}}) {
                        if (algorithm == ops::ConvAlgorithm::winograd && kernel != 3) continue;
                        const auto x = at::randn({2, in, side, side + 3}), w = at::randn({out, in, kernel, kernel}),
                                   s = at::randn({2, in}) + 1, bias = at::randn({out});
                        ops::StyledConvOptions o;
                        o.padding = kernel - 1;
                        o.normalize = true;
                        o.demodulate = demodulate;
                        o.algorithm = algorithm;
                        o.in_height = o.in_width = side;
                        const ops::StyledConv conv(w, o, threads);
                        EXPECT_EQ(conv.is_winograd(), algorithm == ops::ConvAlgorithm::winograd);
                        ops::StyledConv::End end;
                        end.bias = bias;
                        const double clamp = demodulate ? 3 : 300; // above most sums, below some
                        end.activation = {0.2f, 1.5f, static_cast<float>(clamp)};
                        const auto y = conv(x, conv.modulate(s, 1, ops::StyleNorm::per_sample), end, pool, threads);
                        ops::ActParams act;
                        act.act = "lrelu";
                        act.alpha = 0.2;
                        act.gain = 1.5;
                        act.clamp = clamp;
                        const auto exact =
                            ops::bias_act(exact_conv(x, w, s, o.padding, demodulate), as_double(bias), act);
                        // Rounding of a sum of that many terms, at five times its deviation.
                        const double rounding = std::max(1e-6, 1.5e-7 * std::sqrt(1.0 * in * kernel * kernel));
                        EXPECT_LE(error_of(y, exact), conv.is_winograd() ? 1e-5 : rounding)
                            << kernel << " " << in << " " << out << " " << demodulate;
                    }
    });
}

TEST(StyledConv, TransposesAsStyleGan2Does) {
    at_every_level([] {
        at::manual_seed(5);
        const auto threads = ops::threads();
        for (const int side : {1, 2, 4, 9, 16}) {
            const auto x = at::randn({1, 20, side, side}), w = at::randn({17, 20, 3, 3}), s = at::randn({1, 20}) + 1;
            ops::StyledConvOptions o;
            o.up2 = true;
            const ops::StyledConv conv(w, o, threads);
            const auto y = conv(x, conv.modulate(s, 1, ops::StyleNorm::per_sample), {}, ops::BufferPool(), threads);
            auto ws = as_double(w) * as_double(s).reshape({1, -1, 1, 1});
            ws = ws * (ws.square().sum({1, 2, 3}, true) + 1e-8).rsqrt();
            const auto exact = at::conv_transpose2d(as_double(x), ws.transpose(0, 1), {}, {2, 2});
            EXPECT_LE(error_of(y, exact), 4e-6) << side;
        }
    });
}

namespace {

/// A small convolution with a filter after it, to be computed in bands of so many rows.
struct BandCase {
    cpu::Pool threads = ops::threads();
    ops::BufferPool pool;
    at::Tensor x, bias = at::randn({16});
    ops::StyledConv conv;
    ops::StyledConv::Modulation modulation = conv.modulate(at::ones({1, 16}), 1, ops::StyleNorm::per_sample);

    BandCase(ops::ConvAlgorithm algorithm, int width)
        : x(at::randn({1, 16, 150, width})), conv(at::randn({16, 16, 3, 3}), options(algorithm), threads) {}

    static ops::StyledConvOptions options(ops::ConvAlgorithm algorithm) {
        ops::StyledConvOptions o;
        o.padding = 2;
        o.algorithm = algorithm;
        return o;
    }
    at::Tensor whole(const ops::FusedFilteredLrelu& filter) { return run(filter, ops::kBandFloats); }
    at::Tensor banded(const ops::FusedFilteredLrelu& filter, int rows) {
        return run(filter, rows * (x.size(3) + 2) * 16);
    }
    at::Tensor run(const ops::FusedFilteredLrelu& filter, std::int64_t band_floats) {
        ops::FilteredConvTimes times;
        return ops::filtered_conv(conv, modulation, bias, filter, x, pool, threads, times, band_floats);
    }
};

} // namespace

TEST(FilteredConv, GivesTheSameInBandsAsInOnePiece) {
    at::manual_seed(6);
    BandCase c(ops::ConvAlgorithm::direct, 40);
    for (const int up : {1, 2, 4}) {
        ops::FilteredLreluParams p;
        p.up = up;
        p.down = 2;
        p.pad = {5, 4, 5, 4};
        const auto filter = *ops::FusedFilteredLrelu::make(at::randn({6 * up}), at::randn({12}), p);
        const auto whole = c.whole(filter);
        for (const int band : {40, 64, 100})
            EXPECT_TRUE(c.banded(filter, band).equal(whole)) << "up " << up << ", " << band << " rows";
    }
}

/// Bands are convolved with the scratch memory of the largest of them.
TEST(Winograd, NeedsNoMoreScratchForFewerRows) {
    at::manual_seed(8);
    for (const auto& [in, out] : {std::pair{16, 16}, {512, 512}}) {
        const auto w = at::randn({out, in, 3, 3});
        const auto weights =
            cpu::transform_weights(w.const_data_ptr<float>(), out, in, cpu::WinogradKind::same, ops::threads());
        std::size_t before = 0;
        for (int height = 1; height < 120; ++height) {
            const auto now = cpu::winograd_scratch(weights, height, 60, 2);
            EXPECT_GE(now, before) << height;
            before = now;
        }
    }
}

TEST(FilteredConv, WorksInBandsByWinograd) {
    at::manual_seed(9);
    BandCase c(ops::ConvAlgorithm::winograd, 60);
    ops::FilteredLreluParams p;
    p.up = p.down = 2;
    p.pad = {9, 8, 9, 8};
    const auto filter = *ops::FusedFilteredLrelu::make(at::randn({12}) / 4, at::randn({12}) / 4, p);
    const auto whole = as_double(c.whole(filter));
    for (int band = 30; band < 70; band += 3) // tiles lie elsewhere, so rounding differs
        EXPECT_LE(error_of(c.banded(filter, band), whole), 1e-5) << band;
}

TEST(StyledConv, RefusesAnInputSmallerThanItsKernel) {
    const auto threads = ops::threads();
    const ops::StyledConv conv(at::ones({4, 4, 3, 3}), {}, threads);
    const auto modulation = conv.modulate(at::ones({1, 4}), 1, ops::StyleNorm::per_sample);
    for (const int side : {1, 2})
        EXPECT_THROW(conv(at::ones({1, 4, side, side}), modulation, {}, {}, threads), std::invalid_argument);
    EXPECT_EQ(conv(at::ones({1, 4, 3, 3}), modulation, {}, {}, threads).numel(), 4);
}

TEST(StyledConv, TakesViewsThatNoVectorCanBeLoadedFrom) {
    at::manual_seed(10);
    const auto threads = ops::threads();
    const auto styles = at::rand({40}) + 0.5, biases = at::randn({40});
    ops::StyledConvOptions o;
    o.demodulate = false;
    const auto x = at::randn({1, 16, 5, 5});
    const ops::StyledConv conv(at::randn({16, 16, 1, 1}), o, threads);
    const auto result = [&](const at::Tensor& s, const at::Tensor& b) {
        ops::StyledConv::End end;
        end.bias = b;
        return conv(x, conv.modulate(s.unsqueeze(0), 1, ops::StyleNorm::per_sample), end, {}, threads);
    };
    const auto s = styles.slice(0, 3, 19), b = biases.slice(0, 5, 21);
    EXPECT_TRUE(result(s, b).equal(result(s.clone(), b.clone())));
}

TEST(FastPath, DoesNotDependOnTheNumberOfThreads) {
    at::manual_seed(7);
    const auto x = at::randn({1, 40, 60, 60}), w = at::randn({40, 40, 3, 3}), s = at::randn({1, 40}) + 1;
    ops::StyledConvOptions o;
    o.padding = 2;
    o.algorithm = ops::ConvAlgorithm::winograd;
    ops::FilteredLreluParams p;
    p.up = p.down = 2;
    p.pad = {9, 8, 9, 8};
    const int before = at::get_num_threads();
    std::vector<at::Tensor> results;
    for (const int count : {1, 2}) {
        at::set_num_threads(count);
        const auto threads = ops::threads();
        const ops::StyledConv conv(w, o, threads);
        const auto y = conv(x, conv.modulate(s, 1, ops::StyleNorm::per_sample), {}, ops::BufferPool(), threads);
        results.push_back(ops::filtered_lrelu(y, at::ones({12}) / 12, at::ones({12, 12}) / 144, {}, p));
    }
    at::set_num_threads(before);
    EXPECT_TRUE(results[0].equal(results[1]));
}

TEST(BufferPool, HandsOutWhatWasGivenBack) {
    const ops::BufferPool pool;
    const float* first = nullptr;
    {
        const auto a = pool.take(1000);
        first = a.get();
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % 64, 0u);
        EXPECT_NE(pool.take(1000).get(), first);
    }
    const auto mapped = pool.usage().mappings;
    EXPECT_EQ(mapped, 2u);
    const auto a = pool.take(900), b = pool.take(900);
    EXPECT_EQ(pool.usage().mappings, mapped);
    const auto large = pool.take(10'000'000);
    EXPECT_EQ(pool.usage().mappings, mapped + 1);
    EXPECT_GE(pool.usage().used_bytes, 40'000'000u);
}

TEST(BufferPool, TrimsWhatNobodyUses) {
    ops::BufferPool pool;
    const auto kept = pool.take(1'000'000);
    pool.take(2'000'000);
    const auto before = pool.usage().held_bytes;
    pool.trim();
    EXPECT_LT(pool.usage().held_bytes, before);
    EXPECT_EQ(pool.usage().held_bytes, pool.usage().used_bytes);
    kept.get()[999'999] = 1; // still there
}

} // namespace unstuck::test
