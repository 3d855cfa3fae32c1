#include "core/io/checkpoint.hpp"
#include "core/io/error.hpp"
#include "core/model/generator.hpp"
#include "tests/support/golden.hpp"

namespace unstuck::test {

class Containers : public ::testing::TestWithParam<const char*> {};

TEST_P(Containers, HoldTheSameTensorsBitForBit) {
    const GoldenTensors golden("containers/tensors.safetensors");
    const auto tensors =
        io::read_tensor_dict(io::MappedFile::open(golden_path(std::string("containers/") + GetParam())));
    EXPECT_EQ(tensors.size(), 19u);
    for (const auto& [name, want] : golden.tensors()) {
        ASSERT_TRUE(tensors.contains(name)) << name;
        const auto& ours = tensors.at(name);
        EXPECT_EQ(ours.dtype, want.dtype) << name;
        EXPECT_EQ(ours.shape, want.shape) << name;
        EXPECT_EQ(io::contiguous_bytes(ours), io::contiguous_bytes(want)) << name;
    }
}

INSTANTIATE_TEST_SUITE_P(All, Containers,
                         ::testing::Values("tensors-p2.pkl", "tensors-p3.pkl", "tensors-p4.pkl", "tensors-p5.pkl",
                                           "tensors-legacy.pt", "tensors-zip.pt"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::replace_if(
                                 name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
                             return name;
                         });

TEST(Containers, BareStateDictsAreRefusedWithAReason) {
    for (const auto* file : {"tensors-legacy.pt", "tensors-zip.pt"}) {
        try {
            io::open_checkpoint(golden_path(std::string("containers/") + file));
            FAIL();
        } catch (const io::FileError& e) {
            EXPECT_NE(e.reason().find("constructor arguments"), std::string::npos);
            EXPECT_EQ(e.path(), golden_path(std::string("containers/") + file));
        }
    }
}

} // namespace unstuck::test
