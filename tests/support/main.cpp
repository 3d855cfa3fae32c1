#include "core/engine/allocator.hpp"

#include <gtest/gtest.h>

int main(int argc, char** argv) {
    unstuck::engine::keep_large_blocks();
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
