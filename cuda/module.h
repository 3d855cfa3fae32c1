#pragma once
// The one door between the program and its CUDA module, which is opened at run time: a C table with a version.
#include <stddef.h>
#include <stdint.h>

#define UNSTUCK_CUDA_ABI 1u
#define UNSTUCK_CUDA_ENTRY "unstuck_cuda_table"

#ifdef __cplusplus
extern "C" {
#endif

struct unstuck_cuda_functions {
    uint32_t abi;
    /// Writes one line about devices, driver and runtime, or why there are none. Returns the number of usable devices.
    int (*describe)(char* text, size_t size);
};

typedef const struct unstuck_cuda_functions* (*unstuck_cuda_entry)(void);

#ifdef __cplusplus
}
#endif
