#pragma once
#include <string>

namespace unstuck::engine {

struct GpuStatus {
    bool module_found = false; ///< The CUDA module lies beside the program and could be opened.
    int devices = 0;
    std::string text; ///< One line for people: the devices, or why there are none.
};

/// Opens the CUDA module if it is there. A machine without a GPU neither needs nor loads any CUDA library for it.
/// The first call does the work; safe on any thread.
const GpuStatus& gpu_status();

} // namespace unstuck::engine
