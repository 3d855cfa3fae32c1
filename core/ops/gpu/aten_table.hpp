#pragma once
#include "cuda/module.h"

#include <bitset>
#include <c10/core/DeviceType.h>

namespace unstuck::ops {

/// The kernels of the module's table, in its order.
enum class Kernel {
    filtered_lrelu,
    bias_act,
    modulate_weights,
    fourier_features,
    pack_image,
    channel_sums,
    window_channels,
    add_power,
    fold_spectrum,
};
inline constexpr std::size_t kKernels = 9;
using KernelSet = std::bitset<kKernels>; ///< Bit i: the kernel of that number.

const char* kernel_name(Kernel kernel); ///< As the table's entry.

/// The same kernels by LibTorch's own operations: slower, but they run wherever LibTorch does. Pointers are taken for
/// memory of the current device of `type`, as with the module's; work goes to LibTorch's current stream of that device.
/// Same contracts (cuda/*.h): sums in float32 or better whatever the elements are, all stored channels are computed,
/// number counts are added to. Nothing waits, so that a capturing stream records them. Signals at the raised rate are
/// made in parts of 64 MiB. Entries that are no kernels are null. Test: tests/unit/self_test_test.cpp.
const unstuck_cuda_functions& aten_table_functions(at::DeviceType type);

/// A copy of `real` in which the kernels of `which` are those.
unstuck_cuda_functions with_aten_kernels(const unstuck_cuda_functions& real, KernelSet which, at::DeviceType type);

} // namespace unstuck::ops
