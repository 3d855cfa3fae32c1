#include "core/engine/gpu.hpp"

#include "cuda/module.h"

#include <cstring>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace unstuck::engine {

namespace {

namespace fs = std::filesystem;

class GpuDoor : public ::testing::Test {
  protected:
    fs::path folder = fs::temp_directory_path() / ("unstuck-door-" + std::to_string(::getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    /// Opens a file that is no module and hands back why.
    std::string refusal(const std::string& path) {
        const auto* table = reinterpret_cast<const unstuck_cuda_functions*>(this);
        const auto status = open_gpu_module(path, &table);
        EXPECT_EQ(table, nullptr);
        EXPECT_FALSE(status.module_found);
        EXPECT_FALSE(status.can_compute());
        return status.text;
    }
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A module with one card of compute capability 9.0.
unstuck_cuda_functions healthy() {
    unstuck_cuda_functions t{};
    t.abi = UNSTUCK_CUDA_ABI;
    t.has_torch = [] { return 1; };
    t.versions = [](unstuck_cuda_versions* v) { *v = {13010, 13000, "90+PTX"}; };
    t.device_count = [](int* n) -> const char* {
        *n = 1;
        return nullptr;
    };
    t.device = [](int, unstuck_cuda_device* d) -> const char* {
        *d = {"Test Card", 9, 0, 80ull << 30, 1, ""};
        return nullptr;
    };
    return t;
}

/// A library of the system that certainly has no such entry: the one that holds getpid().
std::string some_library() {
    Dl_info info{};
    return ::dladdr(reinterpret_cast<void*>(&::getpid), &info) && info.dli_fname ? info.dli_fname : "";
}

} // namespace

TEST_F(GpuDoor, AMissingFileIsSaid) {
    const auto text = refusal((folder / "none.so").string());
    EXPECT_TRUE(contains(text, "cannot be opened") && contains(text, "none.so")) << text;
    EXPECT_TRUE(contains(text, "No such file")) << text;
}

TEST_F(GpuDoor, AFileThatIsNoLibraryIsSaid) {
    for (const auto* content : {"", "not a library",
                                "\x7f"
                                "ELF"}) {
        const auto path = folder / "text.so";
        std::ofstream(path) << content;
        const auto text = refusal(path.string());
        EXPECT_TRUE(contains(text, "cannot be opened") && contains(text, "text.so")) << text;
    }
    EXPECT_TRUE(contains(refusal(folder.string()), "cannot be opened"));
}

TEST_F(GpuDoor, AFileThatCannotBeReadIsSaid) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may read every file";
    const auto path = folder / "secret.so";
    std::ofstream(path) << "x";
    fs::permissions(path, fs::perms::none);
    EXPECT_TRUE(contains(refusal(path.string()), "Permission denied"));
}

TEST_F(GpuDoor, ALibraryWithoutTheEntryIsSaid) {
    const auto path = some_library();
    if (path.find('/') == std::string::npos) GTEST_SKIP() << "linked statically";
    EXPECT_TRUE(contains(refusal(path), "is no CUDA module of this program")) << refusal(path);
}

TEST(GpuStatusText, AnotherVersionIsNotAskedAnything) {
    unstuck_cuda_functions t{};
    t.abi = UNSTUCK_CUDA_ABI + 1;
    const auto s = describe_gpus(t);
    EXPECT_FALSE(s.module_found);
    EXPECT_TRUE(contains(s.text, "another version") && contains(s.text, std::to_string(UNSTUCK_CUDA_ABI + 1)))
        << s.text;
}

TEST(GpuStatusText, NamesWhatCanCompute) {
    const auto s = describe_gpus(healthy());
    EXPECT_TRUE(s.can_compute());
    EXPECT_EQ(s.text, "Test Card (sm_90, 80 GiB); driver 13.1, runtime 13.0");
    ASSERT_EQ(s.devices.size(), 1u);
    EXPECT_EQ(s.devices[0].memory_bytes, 80ull << 30);
    EXPECT_EQ(s.architectures, "90+PTX");
}

TEST(GpuStatusText, PassesOnWhyThereIsNoDevice) {
    auto t = healthy();
    t.device_count = [](int* n) {
        *n = 0;
        return "no driver today";
    };
    const auto s = describe_gpus(t);
    EXPECT_TRUE(s.module_found);
    EXPECT_FALSE(s.can_compute());
    EXPECT_EQ(s.text, "no driver today");
}

TEST(GpuStatusText, ACardWithoutKernelsSaysSo) {
    auto t = healthy();
    t.device = [](int, unstuck_cuda_device* d) -> const char* {
        *d = {"Old Card", 6, 1, 8ull << 30, 0, "Old Card (sm_61) is too old"};
        return nullptr;
    };
    const auto s = describe_gpus(t);
    EXPECT_FALSE(s.can_compute());
    EXPECT_EQ(s.text, "Old Card (sm_61) is too old; driver 13.1, runtime 13.0: the CPU computes");
}

TEST(GpuStatusText, ACardThatDoesNotAnswerIsNotUsable) {
    auto t = healthy();
    t.device = [](int, unstuck_cuda_device*) { return "it fell off the bus"; };
    const auto s = describe_gpus(t);
    EXPECT_FALSE(s.can_compute());
    EXPECT_TRUE(contains(s.text, "GPU 0: it fell off the bus")) << s.text;
}

TEST(GpuStatusText, WithoutLibTorchsCudaHalfNothingComputes) {
    auto t = healthy();
    t.has_torch = [] { return 0; };
    const auto s = describe_gpus(t);
    EXPECT_FALSE(s.can_compute());
    EXPECT_TRUE(contains(s.text, "LibTorch's CUDA half is not here")) << s.text;
}

} // namespace unstuck::engine
