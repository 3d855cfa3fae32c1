#include "app/system_rows.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace unstuck::app {

using engine::GpuDevice;
using engine::KernelPath;
using engine::SystemReport;
using engine::TestState;
using Mark = SystemRow::Mark;
using Path = UploadStatus::Path;

namespace {

bool is_software(const std::string& gl_renderer) {
    constexpr std::array names = {"llvmpipe", "softpipe", "swrast", "SWR", "Software", "GDI Generic", "Basic Render"};
    return std::any_of(names.begin(), names.end(),
                       [&](const char* name) { return gl_renderer.find(name) != std::string::npos; });
}

std::string with_reason(std::string text, const std::string& why) { return why.empty() ? text : text + ": " + why; }

std::string gpu_text(const GpuDevice& gpu) {
    return fmt::format("{} (cuda:{}), sm_{}, {:.0f} GiB", gpu.name, gpu.index, gpu.major * 10 + gpu.minor,
                       static_cast<double>(gpu.memory_bytes) / (1 << 30));
}

std::string processor_text(const SystemReport& r) {
    return fmt::format("CPU: {}, {} thread{}{}", r.simd, r.threads, r.threads == 1 ? "" : "s",
                       r.blas.empty() || r.blas == "none" ? "" : ", " + r.blas);
}

SystemRow computes_row(const SystemReport& r) {
    return {"computes", r.gpu() ? gpu_text(*r.gpu()) : processor_text(r),
            "What runs the networks; \"compute on\" in the Performance tab changes it"};
}

/// GPUs that do not compute, and why.
std::string other_gpus(const SystemReport& r) {
    std::string out;
    for (std::size_t i = 0; i < r.gpus.size(); ++i) {
        if (static_cast<int>(i) == r.compute_gpu) continue;
        const auto& gpu = r.gpus[i];
        out += (out.empty() ? "" : "\n") + gpu_text(gpu) + ": " + (gpu.usable ? "can be chosen" : gpu.why_not);
    }
    return out;
}

SystemRow cuda_row(const SystemReport& r) {
    constexpr auto tip = "The CUDA driver's and the runtime's versions, and the architectures that our kernels are for";
    if (r.gpus.empty()) return {"CUDA", r.cuda_status, tip};
    std::string text;
    if (!r.driver.empty()) text += "driver for CUDA " + r.driver;
    if (!r.runtime.empty()) text += (text.empty() ? "" : ", ") + ("runtime " + r.runtime);
    if (!r.architectures.empty()) text += (text.empty() ? "" : ", ") + ("kernels for sm " + r.architectures);
    if (!r.torch_cuda) text += (text.empty() ? "" : ", ") + std::string("LibTorch without its CUDA half");
    return {"CUDA", text.empty() ? r.cuda_status : text, tip, r.torch_cuda ? Mark::plain : Mark::warning};
}

SystemRow kernels_row(const SystemReport& r) {
    SystemRow row{"kernels", "", "Which code runs the layers: our fused kernels, or plain tensor calls"};
    switch (r.kernels) {
    case KernelPath::none: row.value = with_reason("vectorised for the CPU, " + r.simd, r.kernels_why); break;
    case KernelPath::fused: row.value = with_reason("fused", r.kernels_why); break;
    case KernelPath::reference:
        row.value = with_reason("plain tensor calls", r.kernels_why);
        row.mark = Mark::warning;
        break;
    case KernelPath::disabled:
        row.value = with_reason("plain tensor calls instead of fused ones that failed the self-test", r.kernels_why);
        row.mark = Mark::warning;
        break;
    }
    return row;
}

SystemRow precision_row(const SystemReport& r) {
    SystemRow row{"precision", "",
                  "The numbers that layers compute in; \"precision\" in the Performance tab changes it"};
    if (!r.gpu())
        row.value = "float32, as always on the CPU";
    else if (r.precision == model::Precision::as_marked)
        row.value = "as marked: float16 where the model says so";
    else
        row.value = with_reason(engine::precision_text(r.precision), r.precision_why);
    if (!r.precision_why.empty()) row.mark = Mark::warning;
    return row;
}

SystemRow self_test_row(const SystemReport& r) {
    SystemRow row{"self-test", "", "At the start, our kernels are compared with plain tensor calls on this very GPU"};
    switch (r.self_test) {
    case TestState::not_run:
        row.value = with_reason(r.gpu() ? "not run" : "none needed on the CPU", r.self_test_text);
        break;
    case TestState::passed:
        row.value = with_reason("passed", r.self_test_text);
        row.mark = Mark::good;
        break;
    case TestState::failed:
        row.value = with_reason("failed", r.self_test_text);
        row.mark = Mark::warning;
        break;
    }
    return row;
}

SystemRow pictures_row(const UploadStatus& upload) {
    SystemRow row{"pictures", "", "How a picture gets into the window's texture, and how long the last one took"};
    switch (upload.path) {
    case Path::host: row.value = fmt::format("from host memory, {:.2f} ms", upload.last_ms); break;
    case Path::interop:
        row.value = fmt::format("from the GPU straight into the texture, {:.2f} ms", upload.last_ms);
        row.mark = Mark::good;
        break;
    case Path::copy:
        row.value = fmt::format("slow path, {:.2f} ms: {}", upload.last_ms, upload.reason);
        row.mark = Mark::warning;
        break;
    }
    return row;
}

} // namespace

std::vector<SystemRow> system_rows(const SystemReport& r, const WindowFacts* window) {
    std::vector<SystemRow> rows;
    rows.push_back({"program", fmt::format("unstuck {}, LibTorch {}", r.version, r.libtorch), "Versions"});
    rows.push_back(computes_row(r));
    if (window)
        rows.push_back({"draws", window->gl_renderer, "What draws the window: OpenGL's renderer and version",
                        is_software(window->gl_renderer) ? Mark::warning : Mark::plain});
    if (const auto others = other_gpus(r); !others.empty())
        rows.push_back({"other GPUs", others, "GPUs that are there and do not compute"});
    rows.push_back(cuda_row(r));
    rows.push_back(kernels_row(r));
    rows.push_back(precision_row(r));
    rows.push_back({"graph",
                    with_reason(r.graph   ? "on"
                                : r.gpu() ? "off"
                                          : "none on the CPU",
                                r.graph_why),
                    "Whether a frame's kernels are started by one call, as a recorded CUDA graph"});
    if (window) rows.push_back(pictures_row(window->upload));
    rows.push_back(self_test_row(r));
    return rows;
}

std::vector<std::string> slow_hints(const SystemReport& r, const WindowFacts* window) {
    std::vector<std::string> hints;
    if (window && is_software(window->gl_renderer))
        hints.emplace_back(
            "OpenGL runs on the processor, so drawing takes cores from the networks. Install the graphics "
            "card's OpenGL driver; in a container or over ssh, use the machine's own display.");
    if (!r.gpu() && r.choice.kind == engine::DeviceChoice::Kind::cpu)
        hints.emplace_back("The CPU computes because it was chosen: see \"compute on\" in the Performance tab.");
    else if (!r.gpu())
        hints.push_back(with_reason("The CPU computes", r.why_processor) + ".");
    if (!r.gpus.empty() && !r.torch_cuda)
        hints.push_back("LibTorch is here without its CUDA half. This command gets it (2.6 GB): " + r.torch_cuda_mend);
    if (r.kernels == KernelPath::disabled || r.kernels == KernelPath::reference)
        hints.push_back(with_reason("Plain tensor calls stand in for kernels of ours", r.kernels_why) + ".");
    if (window && window->upload.path == Path::copy)
        hints.push_back("Each picture is copied through host memory: " + window->upload.reason + ".");
    return hints;
}

std::string system_text(const SystemReport& r, const WindowFacts* window) {
    std::string out;
    constexpr std::size_t kLabelWidth = 12;
    for (const auto& row : system_rows(r, window)) {
        std::string value;
        for (const char c : row.value) value += c == '\n' ? "\n" + std::string(kLabelWidth, ' ') : std::string(1, c);
        out += fmt::format("{:<{}}{}\n", row.label, kLabelWidth, value);
    }
    for (const auto& hint : slow_hints(r, window)) out += "why slow    " + hint + "\n";
    return out;
}

std::string computing_name(const SystemReport& r) { return r.gpu() ? r.gpu()->name : "CPU"; }

} // namespace unstuck::app
