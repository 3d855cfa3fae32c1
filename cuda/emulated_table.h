#pragma once
// The module's table on the processor, for tests of the whole GPU path where there is no GPU.
#include "cuda/module.h"

/// Kernels are the emulated bodies, on host pointers, done when they return. There is one device. Events are times of
/// the steady clock; graphs and OpenGL answer that they need a GPU. has_torch() is 1: tensors can live where the
/// kernels look.
const unstuck_cuda_functions* unstuck_emulated_table();
