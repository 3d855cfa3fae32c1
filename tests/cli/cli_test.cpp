#include "tests/cli/cli_fixture.hpp"

#include <array>

namespace unstuck::test {

namespace {

std::string comma_separated(const at::Tensor& m) {
    std::string out;
    const auto flat = m.contiguous();
    for (int i = 0; i < 9; ++i) out += (i ? "," : "") + std::to_string(flat.data_ptr<float>()[i]);
    return out;
}

} // namespace

TEST_F(Cli, RendersTheGoldenImages) {
    const GoldenTensors v("models/sg3t-64.vectors.safetensors");
    const auto r = run("render " + model("sg3t-64.pkl") + " --seeds 0-2 --format npy --out " + at("out"));
    ASSERT_EQ(r.code, 0) << r.err;
    for (int seed : {0, 1, 2})
        EXPECT_LE(relative_error(npy(folder / "out" / ("seed000" + std::to_string(seed) + ".npy")).unsqueeze(0),
                                 v.get("img.s" + std::to_string(seed))),
                  1e-5);
}

TEST_F(Cli, TransformsAndTruncatesLikeTheOfficialScript) {
    const GoldenTensors v("models/sg3t-64.vectors.safetensors");
    const auto check = [&](const std::string& options, const char* key) {
        const auto r =
            run("render " + model("sg3t-64.pkl") + " --seeds 0 --format npy --out " + at("out") + " " + options);
        ASSERT_EQ(r.code, 0) << r.err;
        EXPECT_LE(relative_error(npy(folder / "out/seed0000.npy").unsqueeze(0), v.get(key)), 1.2e-5) << options;
    };
    check("--trunc 0.7", "img.s0.psi0.7");
    check("--translate 0.1,-0.07", "img.s0.translate_0.1_-0.07");
    check("--rotate 90", "img.s0.rotate_90");
    check("--inverse-matrix " + comma_separated(v.get("transform.scale_1.5_rot20")), "img.s0.scale_1.5_rot20");
}

TEST_F(Cli, DrawsClassesAndTakesThem) {
    const GoldenTensors v("models/sg2-32-cond.vectors.safetensors");
    auto r = run("render " + model("sg2-32-cond.pkl") + " --seeds 0 --format npy --out " + at("out"));
    ASSERT_EQ(r.code, 0) << r.err;
    const auto drawn = npy(folder / "out/seed0000.npy");
    EXPECT_LE(relative_error(drawn.unsqueeze(0), v.get("img.s0")), 3e-6);
    const auto klass = v.get("c.0").argmax().item<int>();
    r = run("render " + model("sg2-32-cond.pkl") + " --seeds 0 --format npy --class " + std::to_string(klass) +
            " --out " + at("out"));
    EXPECT_TRUE(at::equal(npy(folder / "out/seed0000.npy"), drawn));
    r = run("render " + model("sg2-32-cond.pkl") + " --seeds 0 --class 4 --out " + at("out"));
    EXPECT_EQ(r.code, 2);
    EXPECT_NE(r.err.find("0 to 3"), std::string::npos) << r.err;
}

TEST_F(Cli, NoiseModesReachTheNetwork) {
    const GoldenTensors v("models/sg2-64-skip.vectors.safetensors");
    const auto r =
        run("render " + model("sg2-64-skip.pkl") + " --seeds 0 --format npy --noise-mode none --out " + at("out"));
    ASSERT_EQ(r.code, 0) << r.err;
    EXPECT_LE(relative_error(npy(folder / "out/seed0000.npy").unsqueeze(0), v.get("img.s0.nonoise")), 3e-6);
}

TEST_F(Cli, WritesLayers) {
    const auto r =
        run("render " + model("sg3t-64.pkl") + " --seeds 0 --layer L3_36_24 --format npy --out " + at("out"));
    ASSERT_EQ(r.code, 0) << r.err;
    EXPECT_EQ(npy(folder / "out/seed0000.npy").sizes(), at::IntArrayRef({24, 36, 36}));
    const auto wrong = run("render " + model("sg3t-64.pkl") + " --layer L99 --format npy --out " + at("out"));
    EXPECT_EQ(wrong.code, 2);
    EXPECT_NE(wrong.err.find("L3_36_24"), std::string::npos) << "the message lists what there is";
}

TEST_F(Cli, EveryArithmeticRendersTheGoldenImage) {
    const GoldenTensors v("models/sg3r-64.vectors.safetensors");
    for (const auto* arithmetic : {"fast", "direct", "reference"}) {
        const auto r = run("render " + model("sg3r-64.pkl") + " --seeds 0 --format npy --arithmetic " + arithmetic +
                           " --out " + at("out"));
        ASSERT_EQ(r.code, 0) << r.err;
        EXPECT_LE(relative_error(npy(folder / "out/seed0000.npy").unsqueeze(0), v.get("img.s0")), 7e-6) << arithmetic;
    }
    EXPECT_EQ(run("render " + model("sg3r-64.pkl") + " --arithmetic exact --out " + at("out")).code, 2);
}

TEST_F(Cli, MakesModelsThatRenderAndCanBeMadeAgain) {
    for (const auto* config : {"t", "r", "stylegan2"}) {
        const auto make = [&](const char* name, int seed) {
            const auto r = run(std::string("init --config ") + config + " --resolution 32 --channel-base 512 --seed " +
                               std::to_string(seed) + " " + at(name));
            ASSERT_EQ(r.code, 0) << r.err;
        };
        make("a.safetensors", 1);
        make("b.safetensors", 1);
        make("c.safetensors", 2);
        const auto bytes = [&](const char* name) {
            std::ifstream in(folder / name, std::ios::binary);
            return std::string(std::istreambuf_iterator<char>(in), {});
        };
        EXPECT_EQ(bytes("a.safetensors"), bytes("b.safetensors"));
        EXPECT_NE(bytes("a.safetensors"), bytes("c.safetensors"));
        const auto r = run("render " + at("a.safetensors") + " --seeds 0 --format npy --out " + at("out"));
        ASSERT_EQ(r.code, 0) << r.err;
        EXPECT_EQ(npy(folder / "out/seed0000.npy").sizes(), at::IntArrayRef({3, 32, 32})) << config;
        const auto card = nlohmann::json::parse(run("inspect --json " + at("a.safetensors")).out);
        EXPECT_NE(card.dump().find("untrained"), std::string::npos);
    }
    const auto odd = run("init --config stylegan2 --resolution 100 " + at("x.safetensors"));
    EXPECT_EQ(odd.code, 2);
    EXPECT_NE(odd.err.find("resolution"), std::string::npos) << odd.err;
    EXPECT_FALSE(std::filesystem::exists(folder / "x.safetensors"));
    EXPECT_EQ(run("init --config q " + at("x.safetensors")).code, 2);
    EXPECT_EQ(run("init --config t --resolution 32 /proc/x.safetensors").code, 2);
}

TEST_F(Cli, BenchSaysWhereAFramesTimeGoes) {
    auto r = run("bench demo:alias-free-t --frames 5 --json");
    ASSERT_EQ(r.code, 0) << r.err;
    auto j = nlohmann::json::parse(r.out);
    EXPECT_EQ(j["frames"], 5);
    EXPECT_GT(j["gemm_gflops"].get<double>(), 0.1);
    const auto& model = j["models"][0];
    // The floor is the convolutions' operations at the measured rate.
    EXPECT_NEAR(j["floor_ms"].get<double>(), model["conv_gflop"].get<double>() / j["gemm_gflops"].get<double>() * 1e3,
                1e-3 * j["floor_ms"].get<double>());
    double parts = 0, flop = 0;
    for (const auto& l : j["layers"]) {
        EXPECT_LE(l["conv_ms"].get<double>() + l["filtered_lrelu_ms"].get<double>(), 1.5 * l["ms"].get<double>() + 0.1);
        parts += l["ms"].get<double>();
        flop += l["gflop"].get<double>();
    }
    EXPECT_NEAR(flop, model["conv_gflop"].get<double>(), 1e-9);
    EXPECT_GT(parts, 0.3 * j["frame_ms"].get<double>());
    r = run("bench demo:alias-free-t demo:stylegan2 --frames 5 --json");
    ASSERT_EQ(r.code, 0) << r.err;
    j = nlohmann::json::parse(r.out);
    EXPECT_EQ(j["models"].size(), 2u);
    EXPECT_GT(j["models"][1]["spectrum_ms"].get<double>(), 0);
    EXPECT_NEAR(j["pairs_per_second"].get<double>(), 1e3 / j["frame_ms"].get<double>(), 1e-6);
    EXPECT_NE(run("bench demo:stylegan2 --frames 5").out.find("floor of direct convolution"), std::string::npos);
    EXPECT_EQ(run("bench demo:stylegan2 --device cuda").code, 2);
    EXPECT_EQ(run("bench nothing.pkl").code, 2);
}

TEST_F(Cli, ConvertedModelsRenderTheSame) {
    for (const auto* name : {"sg3r-32-gray.pkl", "sg2-16-orig-p3.pkl", "sg3t-32-cond.pkl"}) {
        const auto r = run("convert " + model(name) + " " + at("m.safetensors"));
        ASSERT_EQ(r.code, 0) << r.err;
        run("render " + model(name) + " --seeds 1 --format npy --out " + at("a"));
        run("render " + at("m.safetensors") + " --seeds 1 --format npy --out " + at("b"));
        EXPECT_TRUE(at::equal(npy(folder / "a/seed0001.npy"), npy(folder / "b/seed0001.npy"))) << name;
    }
}

TEST_F(Cli, PngHasTheBytesOfTheOfficialRule) {
    ASSERT_EQ(run("render demo:stylegan2 --seeds 3 --out " + at("out")).code, 0);
    const auto png = text_of(folder / "out/seed0003.png");
    EXPECT_EQ(png.substr(1, 3), "PNG");
    ASSERT_EQ(run("render " + model("sg3r-32-gray.pkl") + " --out " + at("grey")).code, 0);
    const auto grey = text_of(folder / "grey/seed0000.png");
    EXPECT_EQ(grey[25], 0) << "one-channel models give one-channel files";
}

TEST_F(Cli, InspectsEveryGoldenModel) {
    for (const auto& entry : fs::directory_iterator(golden_path("models"))) {
        if (entry.path().extension() != ".pkl") continue;
        const auto r = run("inspect " + entry.path().string() + " --json");
        ASSERT_EQ(r.code, 0) << entry.path() << r.err;
        const auto card = json::parse(r.out);
        EXPECT_EQ(card["network"], "G_ema");
        EXPECT_GT(card["layers"].size(), 4u);
        EXPECT_GT(card["parameters"].get<int>(), 1000);
    }
    const auto card = json::parse(run("inspect " + model("sg3r-64.pkl") + " --json").out);
    EXPECT_EQ(card["config_guess"], "R");
    EXPECT_EQ(card["layers"][1]["down_radial"], true);
    EXPECT_NE(run("inspect demo:alias-free-t").out.find("L3_84_40"), std::string::npos);
}

TEST_F(Cli, FailsWithCodeTwoAndASentence) {
    const auto expect = [&](const std::string& arguments, const char* part) {
        const auto r = run(arguments);
        EXPECT_EQ(r.code, 2) << arguments;
        EXPECT_NE(r.err.find(part), std::string::npos) << arguments << "\n" << r.err;
        EXPECT_EQ(r.out, "") << arguments;
    };
    expect("render none.pkl --out " + at("o"), "none.pkl: cannot be opened");
    expect("render demo:alias-free-t --seeds x --out " + at("o"), "0-3,7");
    expect("render demo:alias-free-t --seeds -1 --out " + at("o"), "");
    expect("render demo:none --out " + at("o"), "demo:alias-free-t");
    expect("render " + golden_path("ops.json") + " --out " + at("o"), "neither a pickle");
    expect("render demo:stylegan2 --class 1 --out " + at("o"), "no classes");
    expect("render demo:stylegan2 --rotate a --out " + at("o"), "--rotate");
    expect("render demo:stylegan2 --format gif --out " + at("o"), "gif");
    expect("render demo:stylegan2 --out /proc/nowhere", "/proc/nowhere");
    expect("render demo:stylegan2 --inverse-matrix 1,2,3 --out " + at("o"), "--inverse-matrix");
    expect("convert demo:stylegan2 " + at("no/such/folder/x.safetensors"), "cannot be created");
    expect("--headless --size 0x5", "WIDTHxHEIGHT");
    expect("none.pkl --headless", "no such file");
    expect("render demo:stylegan2 --device cuda --out " + at("o"), "--device cuda");
}

TEST_F(Cli, VersionNamesLibrariesDevicesAndSimd) {
    const auto r = run("--version --json");
    ASSERT_EQ(r.code, 0) << r.err;
    const auto v = json::parse(r.out);
    EXPECT_EQ(v["libtorch"].get<std::string>().substr(0, 4), "2.11");
    EXPECT_FALSE(v["simd"].get<std::string>().empty());
    EXPECT_FALSE(v["cuda"].get<std::string>().empty());
}

TEST_F(Cli, VersionSaysWhatComputesAndWhyItIsNotFaster) {
    const auto text = run("--version", "UNSTUCK_CUDA_MODULE=off");
    ASSERT_EQ(text.code, 0) << text.err;
    for (const auto* part :
         {"unstuck ", "LibTorch 2.11", "computes    CPU: ", "CUDA ", "kernels ", "precision   float32", "why slow "})
        EXPECT_NE(text.out.find(part), std::string::npos) << part << "\n" << text.out;
    const auto r = run("--version --json", "UNSTUCK_CUDA_MODULE=off");
    ASSERT_EQ(r.code, 0) << r.err;
    const auto v = json::parse(r.out);
    EXPECT_EQ(v["device"], "cpu");
    EXPECT_EQ(v["computes"], "CPU");
    EXPECT_EQ(v["gpus"].size(), 0u);
    EXPECT_EQ(v["why_slow"].size(), 1u);
    EXPECT_FALSE(v["blas"].get<std::string>().empty());
    EXPECT_GT(v["threads"].get<int>(), 0);
    EXPECT_EQ(v["cuda_built"], false);
}

TEST_F(Cli, RefusesDevicesAndPrecisionsWithTheReason) {
    const std::string off = "UNSTUCK_CUDA_MODULE=off";
    const auto expect = [&](const std::string& arguments, const char* part) {
        const auto r = run(arguments, off);
        EXPECT_EQ(r.code, 2) << arguments;
        EXPECT_NE(r.err.find(part), std::string::npos) << arguments << "\n" << r.err;
    };
    for (const auto& command : {"render demo:stylegan2 --out " + at("o"), std::string("bench demo:stylegan2"),
                                std::string("--headless --screenshot " + at("w.png"))}) {
        expect(command + " --device cuda:1", "--device cuda:1: ");
        expect(command + " --device gpu", "'gpu' is none of auto, cpu, cuda, cuda:N");
        expect(command + " --device cuda:x", "cuda:0");
        expect(command + " --precision half", "--precision 'half' is none of as-marked, float32, float16");
    }
    EXPECT_FALSE(fs::exists(folder / "w.png"));
    EXPECT_EQ(run("render demo:stylegan2 --seeds 0 --device cpu --precision float16 --out " + at("o")).code, 0)
        << "a precision is for GPUs: the CPU goes on in float32";
}

TEST_F(Cli, ScreenshotNeedsNoDisplay) {
    const auto r = run("--headless --size 900x600 --screenshot " + at("window.png"), "env -u DISPLAY");
    ASSERT_EQ(r.code, 0) << r.err;
    const auto png = text_of(folder / "window.png");
    ASSERT_GT(png.size(), 10000u);
    EXPECT_EQ(static_cast<unsigned char>(png[18]) * 256 + static_cast<unsigned char>(png[19]), 900);
    EXPECT_EQ(static_cast<unsigned char>(png[22]) * 256 + static_cast<unsigned char>(png[23]), 600);
}

TEST_F(Cli, KnowsTheDemoFromAnyFolder) {
    const auto here = fs::current_path();
    fs::current_path("/");
    EXPECT_EQ(run("render demo:alias-free-t --seeds 0 --out " + at("out"), "env -i").code, 0);
    fs::current_path(here);
}

} // namespace unstuck::test
