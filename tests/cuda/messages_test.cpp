#include "cuda/module/messages.h"

#include <gtest/gtest.h>

namespace unstuck::cuda {

namespace {

Situation situation(Failure failure) {
    Situation s;
    s.error = static_cast<int>(failure);
    s.error_text = "CUDA's words";
    s.runtime = 13000;
    s.architectures = "75 80 120+PTX";
    return s;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

TEST(CudaMessages, WithoutADriverThereIsNoVersionToCompare) {
    auto s = situation(Failure::insufficient_driver);
    EXPECT_EQ(explain(s), "no NVIDIA driver is loaded: install one, or use the CPU");
    s.driver = 12020;
    EXPECT_EQ(explain(s),
              "the NVIDIA driver is too old: it knows CUDA 12.2, this program needs 13.0 (driver 580 or newer): "
              "update it, or use the CPU");
    s.runtime = 14000; // what that will need is not known
    EXPECT_FALSE(contains(explain(s), "580"));
}

TEST(CudaMessages, AHidingVariableIsNamed) {
    auto s = situation(Failure::no_device);
    EXPECT_EQ(explain(s), "the NVIDIA driver finds no GPU in this machine");
    s.visible = "";
    EXPECT_TRUE(contains(explain(s), "CUDA_VISIBLE_DEVICES='' hides every GPU")) << explain(s);
    s.visible = "7";
    EXPECT_TRUE(contains(explain(s), "CUDA_VISIBLE_DEVICES='7'")) << explain(s);
}

TEST(CudaMessages, ACardWithoutKernelsIsNamedWithWhatThereIs) {
    auto s = situation(Failure::no_kernel_image);
    s.device = "Tesla P100";
    s.major = 6;
    EXPECT_EQ(explain(s), "Tesla P100 (sm_60) is too old: compute capability 7.5 (Turing) or newer is needed");
    s.device = "NVIDIA H100";
    s.major = 9;
    EXPECT_TRUE(contains(explain(s), "NVIDIA H100 (sm_90), only for 75 80 120+PTX")) << explain(s);
    EXPECT_FALSE(explain(situation(Failure::no_kernel_image)).empty()); // nothing known about the card
}

TEST(CudaMessages, EveryKnownErrorHasItsOwnSentence) {
    for (const auto f :
         {Failure::out_of_memory, Failure::initialization, Failure::stub_library, Failure::insufficient_driver,
          Failure::newer_driver_needed, Failure::devices_unavailable, Failure::no_device, Failure::invalid_device,
          Failure::no_kernel_image, Failure::invalid_graphics_context, Failure::unsupported_ptx,
          Failure::operating_system, Failure::illegal_address, Failure::launch_timeout, Failure::launch_failure,
          Failure::system_not_ready, Failure::driver_mismatch, Failure::compat_not_supported}) {
        const auto text = explain(situation(f));
        EXPECT_FALSE(text.empty() || contains(text, "CUDA error")) << text;
    }
}

TEST(CudaMessages, AnUnknownErrorKeepsItsNumberAndCudasWords) {
    EXPECT_EQ(explain(situation(static_cast<Failure>(4321))), "CUDA error 4321: CUDA's words");
    EXPECT_EQ(explain(Situation{}), "CUDA error 0");
}

TEST(CudaArchitectures, MachineCodeRunsOnItsOwnMajorVersionFromItsMinorUp) {
    const std::string all = "75 80 86 89 90 100 120+PTX";
    for (const auto& [major, minor] :
         {std::pair{7, 5}, {8, 0}, {8, 6}, {8, 7}, {8, 9}, {9, 0}, {10, 0}, {10, 3}, {12, 0}, {12, 1}, {13, 0}})
        EXPECT_TRUE(runs_on(all, major, minor)) << major << minor;
    for (const auto& [major, minor] : {std::pair{6, 1}, {7, 0}, {7, 2}, {11, 0}})
        EXPECT_FALSE(runs_on(all, major, minor)) << major << minor;
    EXPECT_FALSE(runs_on("86", 8, 0));
    EXPECT_FALSE(runs_on("90", 10, 0));
    EXPECT_TRUE(runs_on("90+PTX", 10, 0));
    EXPECT_TRUE(runs_on("80PTX", 9, 0)); // no machine code at all
    EXPECT_FALSE(runs_on("80PTX", 7, 5));
    EXPECT_TRUE(runs_on("native", 3, 5)); // not known: the launch will tell
    EXPECT_TRUE(runs_on("", 3, 5));
}

TEST(CudaArchitectures, WhyNotIsEmptyWhenTheCardCanBeUsed) {
    EXPECT_EQ(why_not("A100", 8, 0, "80"), "");
    EXPECT_TRUE(contains(why_not("A100", 8, 0, "90"), "A100 (sm_80)"));
}

TEST(CudaMessages, OfLibTorchsTextTheFirstWordsAreKept) {
    EXPECT_EQ(first_words("CUDA out of memory. Tried 2 GiB.\nException raised from malloc at x.cpp:1\nframe #0: f"),
              "CUDA out of memory. Tried 2 GiB.");
    EXPECT_EQ(first_words("CUDA error: bad\nSearch for `cudaErrorX' in docs"), "CUDA error: bad");
    EXPECT_EQ(first_words("two\nlines"), "two\nlines");
    EXPECT_EQ(first_words(""), "");
}

TEST(CudaMessages, VersionsAreWrittenAsPeopleDo) {
    EXPECT_EQ(version_text(13000), "13.0");
    EXPECT_EQ(version_text(12080), "12.8");
}

} // namespace unstuck::cuda
