// What the system page and --version say, and which devices can be asked for.
#include "app/system_rows.hpp"

#include <gtest/gtest.h>

namespace unstuck::app {

namespace {

using engine::DeviceChoice;
using engine::KernelPath;
using engine::SystemReport;
using engine::TestState;
using Kind = DeviceChoice::Kind;
using model::Precision;

SystemReport cpu_report() {
    SystemReport r;
    r.version = "1.2.3";
    r.libtorch = "2.11.0";
    r.simd = "AVX512";
    r.blas = "MKL";
    r.threads = 2;
    r.cuda_status = "no NVIDIA driver was found";
    r.why_processor = r.cuda_status;
    return r;
}

SystemReport gpu_report() {
    auto r = cpu_report();
    r.cuda_status = "NVIDIA H200";
    r.why_processor.clear();
    r.cuda_built = r.torch_cuda = true;
    r.gpus = {{0, "NVIDIA H200", 9, 0, 150'000'000'000, true, ""},
              {1, "Tesla K80", 3, 7, 12'000'000'000, false, "too old for CUDA 13"}};
    r.driver = r.runtime = "13.0";
    r.architectures = "75 80 .. 120+PTX";
    r.compute_gpu = 0;
    r.kernels = KernelPath::fused;
    r.self_test = TestState::passed;
    r.self_test_text = "within 1.1e-6";
    return r;
}

const SystemRow& row(const std::vector<SystemRow>& rows, const std::string& label) {
    for (const auto& r : rows)
        if (r.label == label) return r;
    static const SystemRow none;
    ADD_FAILURE() << "no row " << label;
    return none;
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

TEST(DeviceText, IsReadAndWrittenBack) {
    for (const auto* text : {"auto", "cpu", "cuda:0", "cuda:7"})
        EXPECT_EQ(engine::device_text(engine::with_device({}, text)), text);
    EXPECT_EQ(engine::with_device({}, "cuda"), engine::with_device({}, "cuda:0"));
    for (const auto* text : {"as-marked", "float32", "float16"})
        EXPECT_EQ(engine::precision_text(engine::parse_precision(text)), text);
    DeviceChoice half;
    half.precision = Precision::float16;
    EXPECT_EQ(engine::with_device(half, "cuda:3").precision, Precision::float16);
    EXPECT_EQ(engine::with_device(engine::with_device({}, "cuda:3"), "cpu"), engine::with_device({}, "cpu"));
}

TEST(DeviceText, RefusesTheRestWithWhatIsAllowed) {
    for (const auto* text : {"", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:x", "cuda:1x", "cuda: 1", "cuda:99999999999"})
        EXPECT_THROW(engine::with_device({}, text), std::invalid_argument) << text;
    for (const auto* text : {"", "half", "fp16", "Float32"})
        EXPECT_THROW(engine::parse_precision(text), std::invalid_argument) << text;
    try {
        engine::with_device({}, "gpu");
    } catch (const std::invalid_argument& e) {
        EXPECT_STREQ(e.what(), "'gpu' is none of auto, cpu, cuda, cuda:N");
    }
}

TEST(DeviceCheck, SaysWhyAGpuCannotBeHad) {
    const auto why = [](const SystemReport& r, const char* device) -> std::string {
        try {
            engine::check_device(r, engine::with_device({}, device));
        } catch (const std::invalid_argument& e) {
            return e.what();
        }
        return {};
    };
    EXPECT_EQ(why(cpu_report(), "auto"), "");
    EXPECT_EQ(why(cpu_report(), "cpu"), "");
    EXPECT_EQ(why(cpu_report(), "cuda"), "cuda:0: no NVIDIA driver was found");
    EXPECT_EQ(why(gpu_report(), "cuda"), "");
    EXPECT_EQ(why(gpu_report(), "cuda:1"), "cuda:1: Tesla K80: too old for CUDA 13");
    EXPECT_EQ(why(gpu_report(), "cuda:2"), "cuda:2: there is no such device; the last one is cuda:1");
}

TEST(SystemRows, OfACpuSayWhyThereIsNoGpu) {
    const auto r = cpu_report();
    const WindowFacts window{"llvmpipe (LLVM 15.0.6, 256 bits), OpenGL 4.5", {}};
    const auto rows = system_rows(r, &window);
    EXPECT_EQ(row(rows, "computes").value, "CPU: AVX512, 2 threads, MKL");
    EXPECT_EQ(row(rows, "CUDA").value, "no NVIDIA driver was found");
    EXPECT_EQ(row(rows, "draws").mark, SystemRow::Mark::warning);
    EXPECT_EQ(row(rows, "precision").value, "float32, as always on the CPU");
    const auto hints = slow_hints(r, &window);
    ASSERT_EQ(hints.size(), 2u);
    EXPECT_TRUE(contains(hints[0], "OpenGL runs on the processor"));
    EXPECT_TRUE(contains(hints[1], "no NVIDIA driver was found"));
    EXPECT_EQ(computing_name(r), "CPU");
    for (const auto& each : rows) {
        EXPECT_FALSE(each.value.empty()) << each.label;
        EXPECT_FALSE(std::string(each.tip).empty()) << each.label;
    }
}

TEST(SystemRows, OfAGpuNameItAndItsPaths) {
    const auto r = gpu_report();
    WindowFacts window{"NVIDIA H200/PCIe/SSE2, OpenGL 4.6", {UploadStatus::Path::interop, "", 0.2}};
    auto rows = system_rows(r, &window);
    EXPECT_EQ(row(rows, "computes").value, "NVIDIA H200 (cuda:0), sm_90, 140 GiB");
    EXPECT_EQ(row(rows, "other GPUs").value, "Tesla K80 (cuda:1), sm_37, 11 GiB: too old for CUDA 13");
    EXPECT_EQ(row(rows, "CUDA").value, "driver for CUDA 13.0, runtime 13.0, kernels for sm 75 80 .. 120+PTX");
    EXPECT_EQ(row(rows, "kernels").value, "fused");
    EXPECT_EQ(row(rows, "self-test").value, "passed: within 1.1e-6");
    EXPECT_TRUE(slow_hints(r, &window).empty());
    window.upload = {UploadStatus::Path::copy, "mapping the texture: error 999", 3.1};
    rows = system_rows(r, &window);
    EXPECT_EQ(row(rows, "pictures").value, "slow path, 3.10 ms: mapping the texture: error 999");
    ASSERT_EQ(slow_hints(r, &window).size(), 1u);
    EXPECT_TRUE(contains(slow_hints(r, &window)[0], "error 999"));
}

TEST(SystemRows, GiveTheCommandThatGetsLibTorchsCudaHalf) {
    auto r = gpu_report();
    r.torch_cuda = false;
    r.compute_gpu = -1;
    r.kernels = KernelPath::none;
    r.why_processor = "LibTorch is here without its CUDA half";
    const auto text = system_text(r, nullptr);
    EXPECT_TRUE(contains(text, "UNSTUCK_CUDA=on ./run")) << text;
    EXPECT_FALSE(contains(text, "draws")) << "there is no window";
}

TEST(SystemRows, TellADisabledPathFromAFailedTest) {
    auto r = gpu_report();
    r.kernels = KernelPath::disabled;
    r.kernels_why = "filtered_lrelu is off by 0.3";
    r.self_test = TestState::failed;
    r.self_test_text = r.kernels_why;
    const auto rows = system_rows(r, nullptr);
    EXPECT_EQ(row(rows, "kernels").mark, SystemRow::Mark::warning);
    EXPECT_TRUE(contains(row(rows, "kernels").value, "off by 0.3"));
    EXPECT_EQ(row(rows, "self-test").value, "failed: filtered_lrelu is off by 0.3");
    EXPECT_EQ(slow_hints(r, nullptr).size(), 1u);
}

} // namespace

} // namespace unstuck::app
