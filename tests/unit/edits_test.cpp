// What the filter lab does to layers: designs, placement, DC gain, and the networks with edits.
#include "core/io/checkpoint.hpp"
#include "core/measure/layer_aliasing.hpp"
#include "core/model/edited_layer.hpp"
#include "core/model/edits_json.hpp"
#include "core/model/generator.hpp"
#include "tests/support/golden.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <numbers>

namespace unstuck::model {

namespace {

using std::numbers::pi;

/// Layer i of a 64-pixel network.
LayerSampling layer_of_64(std::size_t i, bool radial = false) {
    GeneratorConfig c;
    c.img_resolution = 64;
    c.use_radial_filters = radial;
    return sampling_of(plan_alias_free(c).layers.at(i), c);
}

/// A plane wave of `f` cycles per image side on the grid of a layer's input (after the convolution) or output.
at::Tensor wave(double fx, double fy, int size, double rate, double phase_at_0 = 0.3) {
    const auto at_ = [&](int n) { return (at::arange(n, at::kDouble) + 0.5 - n / 2.0) / rate; };
    const auto phase = at_(size).unsqueeze(0) * fx + at_(size).unsqueeze(1) * fy;
    return (phase * 2 * pi + phase_at_0).cos().reshape({1, 1, size, size});
}

at::Tensor inside(const at::Tensor& x, std::int64_t border) {
    return x.slice(2, border, x.size(2) - border).slice(3, border, x.size(3) - border);
}

double worst(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

LayerEdit family(FilterFamily f) {
    LayerEdit e;
    e.up.family = e.down.family = f;
    return e;
}

/// Every kind of edit that shapes filters.
std::vector<LayerEdit> shapes() {
    std::vector<LayerEdit> out;
    for (auto f : {FilterFamily::kaiser, FilterFamily::bilinear, FilterFamily::binomial, FilterFamily::nearest,
                   FilterFamily::ideal})
        for (int m : {1, 2, 4, 8}) {
            out.push_back(family(f));
            out.back().oversampling = m;
        }
    LayerEdit e;
    e.up.family = FilterFamily::bilinear; // odd taps beside even ones
    out.push_back(e);
    e = {};
    e.down.taps = 9;
    out.push_back(e);
    e = {};
    e.up.taps = 15;
    e.down.radial = true;
    out.push_back(e);
    e = {};
    e.down.family = FilterFamily::ideal;
    e.down.radial = true;
    out.push_back(e);
    e = {};
    e.up.window = e.down.window = FilterWindow::blackman;
    out.push_back(e);
    return out;
}

} // namespace

TEST(Edits, NoFilterMovesThePictureOrChangesItsMean) {
    for (std::size_t i : {0u, 4u, 7u, 11u})
        for (const auto& shape : shapes()) {
            auto edit = shape;
            edit.slope = 1; // linear: what comes out is what went in, resampled
            const auto s = edited(layer_of_64(i), edit).sampling;
            const EditedEnd end(s);
            const auto text = to_json(Edits{{{"L" + std::to_string(i), edit}}}).dump();
            const auto border = s.out_size / 4;
            const auto flat = end(at::ones({1, 1, s.in_size, s.in_size}, at::kDouble), {}) / s.gain;
            // Before an ideal filter that finds a Kaiser filter's fading edge, the smallest layer rings.
            const bool rings = (s.up.family == FilterFamily::ideal) != (s.down.family == FilterFamily::ideal) && i == 0;
            EXPECT_LT(worst(inside(flat, border), at::ones({1}, at::kDouble)), rings ? 0.12 : 0.03) << text;
            EXPECT_NEAR(inside(flat, border).mean().item<double>(), 1, rings ? 0.02 : 3e-3) << text;
            // A slow wave: half a raised sample of displacement would turn its phase by pi f / rate.
            const double f = 1;
            const auto y = inside(end(wave(f, 0, s.in_size, s.in_rate), {}) / s.gain, border);
            const auto b = inside(wave(f, 0, s.out_size, s.out_rate), border);
            const auto q = inside(wave(f, 0, s.out_size, s.out_rate, 0.3 - pi / 2), border); // its sine
            // Least squares: y = u b + v q.
            const auto dot = [](const at::Tensor& l, const at::Tensor& r) { return (l * r).sum().item<double>(); };
            const double bb = dot(b, b), qq = dot(q, q), bq = dot(b, q), yb = dot(y, b), yq = dot(y, q);
            const double u = (yb * qq - yq * bq) / (bb * qq - bq * bq), v = (yq * bb - yb * bq) / (bb * qq - bq * bq);
            EXPECT_GT(u, 0.8) << text;
            EXPECT_LT(std::abs(std::atan2(v, u)), 0.1 * pi * f / s.up.rate + 2e-3) << text << " layer " << i;
        }
}

TEST(Edits, NamingTheStockValuesChangesNothing) {
    for (const bool radial : {false, true})
        for (std::size_t i : {0u, 5u, 9u, 13u}) {
            const auto stock = layer_of_64(i, radial);
            LayerEdit e;
            e.oversampling = stock.oversampling;
            e.up.cutoff = stock.up.cutoff;
            e.up.half_width = stock.up.half_width;
            e.down.taps = stock.down.taps;
            e.down.cutoff = stock.down.cutoff;
            const auto s = edited(stock, e);
            EXPECT_TRUE(s.notes.empty()) << s.notes.front();
            EXPECT_EQ(s.sampling, stock);
        }
}

TEST(Edits, ValuesOutOfRangeAreClampedWithTheReason) {
    LayerEdit e;
    e.oversampling = 3;
    e.slope = 2;
    e.down.cutoff = 1e9;
    e.down.beta = -1;
    e.up.taps = 1;
    const auto s = edited(layer_of_64(6), e);
    EXPECT_EQ(s.sampling.oversampling, 2);
    EXPECT_EQ(s.sampling.slope, 1);
    EXPECT_LT(s.sampling.down.cutoff, s.sampling.down.rate / 2);
    EXPECT_EQ(s.sampling.down.beta, 0);
    EXPECT_GE(s.sampling.up.taps, s.sampling.up.factor);
    EXPECT_GE(s.notes.size(), 5u);
    for (const auto& note : s.notes) EXPECT_NE(note.find(": "), std::string::npos) << note;
}

TEST(Edits, TheLayerToRgbTakesNoFilter) {
    LayerEdit e = family(FilterFamily::bilinear);
    const auto stock = layer_of_64(14);
    const auto s = edited(stock, e);
    EXPECT_EQ(s.sampling, stock);
    ASSERT_EQ(s.notes.size(), 1u);
}

TEST(Edits, FamiliesHaveTheirTextbookTaps) {
    FilterDesign d;
    d.factor = 2;
    d.rate = 2;
    const auto of = [&](FilterFamily f, int taps) {
        d.family = f;
        d.taps = taps;
        return taps_of(d).values;
    };
    EXPECT_EQ(of(FilterFamily::nearest, 2), (std::vector<double>{0.5, 0.5}));
    EXPECT_EQ(of(FilterFamily::bilinear, 3), (std::vector<double>{0.25, 0.5, 0.25}));
    EXPECT_EQ(of(FilterFamily::binomial, 4), (std::vector<double>{0.125, 0.375, 0.375, 0.125}));
    EXPECT_EQ(of(FilterFamily::bilinear, 4), (std::vector<double>{0.125, 0.375, 0.375, 0.125}));
    EXPECT_TRUE(of(FilterFamily::ideal, 12).empty());
}

TEST(Edits, RoundTripThroughJsonAndNameWhatIsWrong) {
    Edits edits;
    for (std::size_t i = 0; i < shapes().size(); ++i) edits.set("L" + std::to_string(i), shapes()[i]);
    LayerEdit all;
    all.resample.family = FilterFamily::ideal;
    all.clamp = 3.5;
    all.noise = 0.25;
    all.zero_margin = all.critical = all.moved_pixels = true;
    all.up.beta = 4;
    edits.set("all \"fields\"", all);
    EXPECT_EQ(edits_from_json(nlohmann::json::parse(to_json(edits).dump())), edits);
    for (const auto& [json, field] : std::vector<std::pair<nlohmann::json, std::string>>{
             {{{"L1", {{"up", {{"taps", "many"}}}}}}, "L1.up.taps"},
             {{{"L1", {{"down", {{"family", "box"}}}}}}, "L1.down.family"},
             {{{"L1", 3}}, "L1"},
             {{{"L1", {{"critical", 1}}}}, "L1.critical"}}) {
        try {
            edits_from_json(json);
            FAIL() << json;
        } catch (const std::invalid_argument& e) {
            EXPECT_NE(std::string(e.what()).find(field), std::string::npos) << e.what();
        }
    }
}

namespace {

/// A layer of a 256-pixel network whose rate stays the same.
LayerSampling level() {
    GeneratorConfig c;
    const auto plan = plan_alias_free(c);
    for (std::size_t i = 6;; ++i)
        if (const auto s = sampling_of(plan.layers.at(i), c); s.out_rate == s.in_rate) return s;
}

/// The middle row of what a layer makes of a plane wave of frequency f.
at::Tensor row_of(const LayerEdit& edit, double f) {
    const auto s = edited(level(), edit).sampling;
    const auto y = inside(EditedEnd(s)(wave(f, 0, s.in_size, s.in_rate), {}), s.out_size / 8);
    return y[0][0][y.size(2) / 2];
}

double energy(const at::Tensor& row) { return row.square().sum().item<double>(); }

/// The share of a layer's output that is no harmonic of the plane wave at its input: what was folded on the way. The
/// leaky ReLU of a wave of frequency f has the frequencies 0, f, 2 f ..; the rest of a row is aliasing.
double aliasing(const LayerEdit& edit, double f) {
    const auto s = level();
    const auto row = row_of(edit, f);
    const auto x = at::arange(row.size(0), at::kDouble) / s.out_rate;
    std::vector<at::Tensor> waves = {at::ones_like(x)};
    for (int k = 1; k * f < s.out_rate / 2; ++k) {
        waves.push_back((x * (2 * pi * k * f)).cos());
        waves.push_back((x * (2 * pi * k * f)).sin());
    }
    const auto basis = at::stack(waves, 1);
    const auto fitted = basis.matmul(std::get<0>(at::linalg_lstsq(basis, row.unsqueeze(1)))).squeeze(1);
    return energy(row - fitted) / energy(row);
}

} // namespace

TEST(Edits, OversamplingLessensAliasingAndAnIdealFilterHasLeast) {
    const auto with = [](int m, FilterFamily f) {
        auto e = family(f);
        e.oversampling = m;
        return e;
    };
    double last = 1;
    const double low = 0.2871 * level().down.cutoff, high = 0.93 * level().down.cutoff;
    for (int m : {1, 2, 4, 8}) {
        const double now = aliasing(with(m, FilterFamily::kaiser), low);
        EXPECT_LT(now, last / 10) << "m = " << m;
        last = now;
    }
    EXPECT_GT(aliasing(with(2, FilterFamily::bilinear), low), aliasing(with(2, FilterFamily::kaiser), low));
    EXPECT_GT(aliasing(with(2, FilterFamily::nearest), low), aliasing(with(2, FilterFamily::bilinear), low));
    // Near the cutoff Kaiser filters let images through. An ideal one rings from the edges instead, the same whatever m
    // is: what m still changes is its aliasing.
    const auto ideal = row_of(with(8, FilterFamily::ideal), high);
    const double left = energy(ideal - row_of(with(4, FilterFamily::ideal), high)) / energy(ideal);
    for (int m : {1, 2, 4}) { // oversampled as much, or less
        const double kaiser = aliasing(with(m, FilterFamily::kaiser), high);
        EXPECT_LT(left, kaiser) << 10 * std::log10(left) << " dB, m = " << m << ": " << 10 * std::log10(kaiser);
    }
}

TEST(Edits, TheReferenceForAliasingIsOversampledEightTimesWithEightTimesTheTaps) {
    const auto long_kaiser = measure::near_ideal(layer_of_64(6));
    EXPECT_EQ(*long_kaiser.oversampling, 8);
    EXPECT_EQ(*long_kaiser.up.taps, 8 * 6 * 8);
}

namespace {

/// A golden model of the repository, as the program loads it.
std::shared_ptr<const Generator> golden(const char* name, Arithmetic arithmetic, at::ScalarType dtype = at::kFloat) {
    BuildOptions o;
    o.arithmetic = arithmetic;
    o.dtype = dtype;
    return Generator::build(io::open_checkpoint(test::golden_path(std::string("models/") + name + ".pkl")), o);
}

SynthesisInput some_input(const Generator& g, std::shared_ptr<const Edits> edits) {
    const auto z = at::linspace(-1.5, 1.7, g.config().z_dim, at::kDouble).sin().unsqueeze(0) * 1.4;
    const auto c = g.config().c_dim ? at::zeros({1, g.config().c_dim}, at::kDouble) : at::Tensor();
    SynthesisInput in;
    in.ws = g.truncate(g.map(z, c), 1);
    in.inverse_transform = {1, 0, -0.03, 0, 1, 0.05, 0, 0, 1};
    in.edits = std::move(edits);
    return in;
}

double relative(const at::Tensor& a, const at::Tensor& b) {
    return ((a.to(at::kDouble) - b.to(at::kDouble)).abs().max() / b.to(at::kDouble).abs().max()).item<double>();
}

constexpr const char* kNetworks[] = {"sg3t-64", "sg3r-64", "sg2-64-skip", "sg2-32-resnet", "sg2-16-orig"};

/// An edit of every layer that names what it has anyway, but leads through the edited path.
std::shared_ptr<Edits> harmless(const Generator& g) {
    auto edits = std::make_shared<Edits>();
    for (const auto& s : g.synthesis().sampling()) {
        LayerEdit e;
        e.clamp = s.clamp.value_or(1e6);
        if (s.has_noise) e.noise = s.noise;
        if (s.has_nonlinearity) e.slope = s.slope;
        edits->set(s.name, e);
    }
    return edits;
}

} // namespace

TEST(EditedNetworks, ComputeTheModelsPictureWhileEditsSayWhatItHas) {
    for (const auto* name : kNetworks)
        for (auto arithmetic : {Arithmetic::fast, Arithmetic::reference}) {
            const auto g = golden(name, arithmetic);
            const auto plain = g->synthesize(some_input(*g, nullptr));
            const auto same = g->synthesize(some_input(*g, harmless(*g)));
            EXPECT_LT(relative(same, plain), 3e-5) << name;
        }
}

TEST(EditedNetworks, FastAndReferenceAgreeUnderEdits) {
    const auto all = shapes();
    for (std::size_t n = 0; n < std::size(kNetworks); ++n) {
        const auto* name = kNetworks[n];
        const auto fast = golden(name, Arithmetic::fast), exact = golden(name, Arithmetic::reference);
        for (std::size_t i = n; i < all.size(); i += std::size(kNetworks)) { // every shape on one network
            auto edits = std::make_shared<Edits>();
            auto edit = all[i];
            edit.resample.family = edit.up.family;
            edit.zero_margin = true;
            edit.noise = 0.1;
            for (const auto& s : fast->synthesis().sampling()) edits->set(s.name, edit);
            const auto a = fast->synthesize(some_input(*fast, edits)), b = exact->synthesize(some_input(*exact, edits));
            EXPECT_TRUE(a.isfinite().all().item<bool>()) << name;
            EXPECT_LT(relative(a, b), 2e-4) << name << " " << to_json(*edits).dump().substr(0, 300);
        }
    }
}

TEST(EditedNetworks, EachEditChangesThePictureAndOnlyFromItsLayerOn) {
    const auto g = golden("sg3t-64", Arithmetic::fast);
    const auto plain = some_input(*g, nullptr);
    LayerEdit e;
    e.down.cutoff = 9;
    const auto& layers = g->synthesis().layers();
    for (std::size_t k : {3u, 9u}) {
        auto edits = std::make_shared<Edits>();
        edits->set(layers[k].name, e);
        const auto input = some_input(*g, edits);
        for (std::size_t i = 0; i < layers.size(); ++i) {
            std::string a, b;
            g->synthesis().append_key(i, plain, a);
            g->synthesis().append_key(i, input, b);
            EXPECT_EQ(a == b, i != k) << layers[i].name;
        }
        const int before = static_cast<int>(k) - 1;
        EXPECT_TRUE(at::equal(g->synthesize(input, before), g->synthesize(plain, before)));
        EXPECT_GT(relative(g->synthesize(input), g->synthesize(plain)), 1e-3);
    }
}

TEST(EditedNetworks, MovedPixelsAreTheFeaturesAtRestAndAFewOutputPixelsAwayStillNearlyThem) {
    const auto g = golden("sg3t-64", Arithmetic::fast);
    auto edits = std::make_shared<Edits>();
    LayerEdit e;
    e.moved_pixels = true;
    edits->set("input", e);
    auto at_rest = some_input(*g, nullptr);
    at_rest.inverse_transform = kIdentity3;
    auto pixels = at_rest;
    pixels.edits = edits;
    EXPECT_LT(relative(g->synthesize(pixels, 0), g->synthesize(at_rest, 0)), 1e-5);
    at_rest.inverse_transform[2] = pixels.inverse_transform[2] = 1.0 / 64;
    const auto a = inside(g->synthesize(pixels, 0), 3), b = inside(g->synthesize(at_rest, 0), 3);
    const double error = ((a - b).square().mean() / b.square().mean()).item<double>();
    EXPECT_GT(error, 1e-6); // bilinear interpolation is not exact
    EXPECT_LT(error, 0.3);  // but it moves the right way
}

TEST(EditedNetworks, StyleGan2TakesFilteredNonlinearities) {
    const auto g = golden("sg2-64-skip", Arithmetic::fast);
    const auto plain = g->synthesize(some_input(*g, nullptr));
    at::Tensor last;
    for (int m : {2, 4, 8}) {
        auto edits = std::make_shared<Edits>();
        LayerEdit e;
        e.oversampling = m;
        for (const auto& s : g->synthesis().sampling())
            if (s.has_nonlinearity) edits->set(s.name, e);
        const auto y = g->synthesize(some_input(*g, edits));
        EXPECT_EQ(y.sizes(), plain.sizes());
        EXPECT_GT(relative(y, plain), 1e-3);
        if (last.defined())
            EXPECT_LT((y - last).square().mean().item<double>(), (y - plain).square().mean().item<double>());
        last = y;
    }
}

} // namespace unstuck::model
