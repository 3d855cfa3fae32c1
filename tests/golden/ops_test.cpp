#include "core/model/fourier_input.hpp"
#include "core/ops/activation.hpp"
#include "core/ops/images.hpp"
#include "core/ops/modulated_conv.hpp"
#include "core/ops/styled_conv.hpp"
#include "core/ops/threads.hpp"
#include "tests/support/golden.hpp"

#include <functional>
#include <map>

namespace unstuck::test {

namespace {

using nlohmann::json;

struct Case {
    const json& c;
    const GoldenTensors& tensors;
    at::ScalarType dtype;

    at::Tensor in(const char* name) const {
        const auto& key = c["inputs"][name];
        return key.is_null() ? at::Tensor() : tensors.get(key).to(dtype);
    }
    const json& p(const char* name) const { return c["params"][name]; }
    ops::Padding padding(const char* name = "padding") const {
        const auto& v = p(name);
        if (v.is_number()) return {v, v, v, v};
        if (v.size() == 2) return {v[0], v[0], v[1], v[1]};
        return {v[0], v[1], v[2], v[3]};
    }
    std::pair<int, int> factor(const char* name) const {
        const auto& v = p(name);
        return v.is_number() ? std::pair<int, int>(v, v) : std::pair<int, int>(v[0], v[1]);
    }
    std::optional<double> optional(const char* name) const {
        return p(name).is_null() ? std::nullopt : std::optional<double>(p(name));
    }
};

at::Tensor run_setup_filter(const Case& t) {
    const auto& f = t.p("f");
    at::Tensor taps;
    if (f.is_null())
        taps = at::ones({1});
    else if (f.is_number())
        taps = at::full({}, f.get<double>());
    else if (f[0].is_array()) {
        std::vector<float> flat;
        for (const auto& row : f)
            for (const auto& v : row) flat.push_back(v);
        taps = at::tensor(flat).reshape({static_cast<std::int64_t>(f.size()), -1});
    } else
        taps = at::tensor(f.get<std::vector<float>>());
    const auto& params = t.c["params"];
    return ops::setup_filter(taps, params.value("normalize", true), params.value("flip_filter", false),
                             params.value("gain", 1.0),
                             params.contains("separable") ? std::optional<bool>(params["separable"]) : std::nullopt);
}

at::Tensor run_upfirdn(const Case& t) {
    ops::UpfirdnParams p;
    std::tie(p.up_x, p.up_y) = t.factor("up");
    std::tie(p.down_x, p.down_y) = t.factor("down");
    p.pad = t.padding();
    p.gain = t.p("gain");
    p.flip_filter = t.p("flip_filter");
    return ops::upfirdn2d(t.in("x"), t.in("f"), p);
}

at::Tensor run_bias_act(const Case& t) {
    ops::ActParams p;
    p.act = t.p("act");
    p.alpha = t.optional("alpha");
    p.gain = t.optional("gain");
    p.clamp = t.optional("clamp");
    p.dim = t.p("dim");
    return ops::bias_act(t.in("x"), t.in("b"), p);
}

/// The quick path; where the reference is another one, both have to agree with the golden result.
at::Tensor run_filtered_lrelu(const Case& t) {
    ops::FilteredLreluParams p;
    p.up = t.p("up");
    p.down = t.p("down");
    p.pad = t.padding();
    p.gain = t.p("gain");
    p.slope = t.p("slope");
    p.clamp = t.optional("clamp");
    p.flip_filter = t.p("flip_filter");
    const auto golden = t.tensors.get(t.c["output"]);
    EXPECT_LE(relative_error(ops::filtered_lrelu_reference(t.in("x"), t.in("fu"), t.in("fd"), t.in("b"), p), golden),
              4e-6)
        << t.c["tag"];
    return ops::filtered_lrelu(t.in("x"), t.in("fu"), t.in("fd"), t.in("b"), p);
}

/// The same by the fast path, plain and by Winograd's method, where it can express the case.
void check_styled_conv(const Case& t, const ops::ModulatedConvParams& p) {
    const auto x = t.in("x"), w = t.in("w");
    if (!ops::is_fast(x) || p.pad_x != p.pad_y || (p.input_gain.defined() && p.input_gain.numel() > 1)) return;
    for (const auto algorithm : {ops::ConvAlgorithm::direct, ops::ConvAlgorithm::winograd}) {
        ops::StyledConvOptions o;
        o.padding = p.pad_x;
        o.demodulate = p.demodulate;
        o.normalize = true;
        o.algorithm = algorithm;
        const ops::StyledConv conv(w, o, ops::threads());
        const double gain = p.input_gain.defined() ? p.input_gain.item<double>() : 1;
        const auto y = conv(x, conv.modulate(t.in("s"), gain, ops::StyleNorm::whole_batch), {}, {}, ops::threads());
        EXPECT_LE(relative_error(y, t.tensors.get(t.c["output"])), conv.is_winograd() ? 1e-5 : 1e-6) << t.c["tag"];
    }
}

at::Tensor run_modulated_sg3(const Case& t) {
    ops::ModulatedConvParams p;
    p.demodulate = t.p("demodulate");
    const auto& pad = t.p("padding");
    p.pad_y = pad.is_number() ? pad.get<int>() : pad[0].get<int>();
    p.pad_x = pad.is_number() ? pad.get<int>() : pad[1].get<int>();
    p.input_gain = t.in("input_gain");
    check_styled_conv(t, p);
    return ops::modulated_conv2d(t.in("x"), t.in("w"), t.in("s"), p);
}

ops::ResampleConvParams resample_params(const Case& t) {
    ops::ResampleConvParams p;
    p.up = t.p("up");
    p.down = t.p("down");
    p.pad = t.padding();
    p.flip_weight = t.p("flip_weight");
    return p;
}

at::Tensor run_modulated_sg2(const Case& t) {
    return ops::modulated_conv2d_resample(t.in("x"), t.in("weight"), t.in("styles"), t.in("noise"),
                                          t.in("resample_filter"), t.p("demodulate"), resample_params(t));
}

at::Tensor run_conv2d_resample(const Case& t) {
    auto p = resample_params(t);
    p.groups = t.p("groups");
    p.flip_filter = t.p("flip_filter");
    return ops::conv2d_resample(t.in("x"), t.in("w"), t.in("f"), p);
}

at::Tensor run_fully_connected(const Case& t) {
    return ops::fully_connected(t.in("x"), t.in("weight"), t.in("bias"), t.p("lr_multiplier"), t.p("activation"));
}

at::Tensor run_synthesis_input(const Case& t) {
    model::FourierInput input;
    input.freqs = t.in("freqs");
    input.phases = t.in("phases");
    input.weight = t.in("weight");
    input.affine_weight = t.in("affine_weight");
    input.affine_bias = t.in("affine_bias");
    input.width = t.p("size_w_h")[0];
    input.height = t.p("size_w_h")[1];
    input.sampling_rate = t.p("sampling_rate");
    input.bandwidth = t.p("bandwidth");
    return input(t.in("w"), t.in("transform"));
}

struct Op {
    std::function<at::Tensor(const Case&)> run;
    double accept; ///< From the golden set's README.
};

const std::map<std::string, Op>& operators() {
    static const std::map<std::string, Op> table = {
        {"setup_filter", {run_setup_filter, 1e-6}},
        {"upfirdn2d", {run_upfirdn, 1e-6}},
        {"filter2d",
         {[](const Case& t) {
              return ops::filter2d(t.in("x"), t.in("f"), t.padding(), t.p("flip_filter"), t.p("gain"));
          },
          1e-6}},
        {"upsample2d",
         {[](const Case& t) {
              const auto [ux, uy] = t.factor("up");
              return ops::upsample2d(t.in("x"), t.in("f"), ux, uy, t.padding(), t.p("flip_filter"), t.p("gain"));
          },
          1e-6}},
        {"downsample2d",
         {[](const Case& t) {
              const auto [dx, dy] = t.factor("down");
              return ops::downsample2d(t.in("x"), t.in("f"), dx, dy, t.padding(), t.p("flip_filter"), t.p("gain"));
          },
          1e-6}},
        {"bias_act", {run_bias_act, 1e-6}},
        {"filtered_lrelu", {run_filtered_lrelu, 4e-6}},
        {"modulated_conv2d_sg3", {run_modulated_sg3, 1e-6}},
        {"modulated_conv2d_sg2", {run_modulated_sg2, 1e-6}},
        {"conv2d_resample", {run_conv2d_resample, 1e-6}},
        {"fully_connected_sg3", {run_fully_connected, 1e-6}},
        {"fully_connected_sg2", {run_fully_connected, 1e-6}},
        {"synthesis_input", {run_synthesis_input, 4e-5}},
    };
    return table;
}

class GoldenOps : public ::testing::TestWithParam<at::ScalarType> {};

TEST_P(GoldenOps, EveryCaseMatches) {
    const auto doc = golden_json("ops.json");
    const GoldenTensors tensors("ops.safetensors");
    std::map<std::string, double> worst;
    std::map<std::string, int> count;
    for (const auto& c : doc["cases"]) {
        const auto name = c["op"].get<std::string>();
        const auto& op = operators().at(name);
        const auto error = relative_error(op.run({c, tensors, GetParam()}), tensors.get(c["output"]));
        EXPECT_LE(error, op.accept) << name << " " << c["tag"];
        worst[name] = std::max(worst[name], error);
        ++count[name];
    }
    for (const auto& [name, op] : operators()) EXPECT_EQ(count[name], doc["summary"][name]["cases"].get<int>()) << name;
    for (const auto& [name, error] : worst) RecordProperty(name, std::to_string(error));
}

INSTANTIATE_TEST_SUITE_P(Dtypes, GoldenOps, ::testing::Values(at::kFloat, at::kDouble),
                         [](const auto& info) { return info.param == at::kFloat ? "float32" : "float64"; });

} // namespace

TEST(Upfirdn2d, RefusesAFilterLargerThanTheInput) {
    EXPECT_THROW(ops::upfirdn2d(at::zeros({1, 1, 4, 4}), at::ones({12}), {}), std::invalid_argument);
}

TEST(Upfirdn2d, KeepsTheMeanOfAConstantImage) {
    ops::UpfirdnParams p;
    p.up_x = p.up_y = 2;
    p.gain = 4;
    const auto y = ops::upfirdn2d(at::full({1, 2, 9, 9}, 3.0), ops::setup_filter(at::tensor({1.f, 3.f, 3.f, 1.f})), p);
    EXPECT_NEAR((y - 3).abs().max().item<double>(), 0, 1e-6);
}

} // namespace unstuck::test
