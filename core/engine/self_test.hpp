#pragma once
#include "cuda/module.h"

#include <c10/core/Device.h>
#include <string>
#include <vector>

namespace unstuck::engine {

/// One kernel against the plain formula.
struct KernelCheck {
    std::string name;
    double error = 0,
           bound = 0; ///< Of its worst case, as shares of the largest number that is right; NaN: not computed.
    bool ok = false;
    std::string text; ///< What is wrong; empty when nothing is.
};

/// What a card can be trusted with.
struct SelfTest {
    std::vector<KernelCheck> kernels;
    bool networks_ok = false; ///< Pictures in float32 are right.
    bool float16_ok = false;  ///< So are those in float16; if not, the caller has to ask for Precision::float32.
    bool graphs_ok = false;   ///< A replayed CUDA graph gives the bytes that eager work gives.
    std::string graphs_why;   ///< Why not.
    bool usable = false;      ///< False: compute elsewhere.
    double float32_error = 0, float16_error = 0; ///< Of the worst picture, as shares of its range.
    std::string text;                            ///< One line for people.
    unstuck_cuda_functions functions{};          ///< With every failing kernel replaced by LibTorch's own operations.
};

/// Runs each kernel on small fixed inputs, then renders tiny untrained networks of every family, and says what came out
/// right: against the formulas in ATen calls and the networks' fast path, both on the processor, so that no fault of
/// the card can hide in what it is held to. `device` is where the table's pointers point: a GPU, or the processor for
/// the emulated table. Every entry of the table has to be there. Throws nothing. Any thread, which has `device` as its
/// current one afterwards; well under a second once the libraries are loaded. Test: tests/unit/self_test_test.cpp.
SelfTest run_self_test(const unstuck_cuda_functions& table, at::Device device);

} // namespace unstuck::engine
