// From a finished frame to its texture: by CUDA-OpenGL interop, and by the copy through pinned memory. Prints JSON;
// without a GPU says so on standard error and leaves with 2. usage: texture_bench MODEL
#include "app/window/gl_window.hpp"
#include "app/window/interop_upload.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/gpu.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

namespace {

using namespace unstuck;

/// A frame's picture, in the GPU's memory.
engine::Image render(const char* model) {
    engine::Engine e;
    engine::DeviceChoice choice;
    choice.kind = engine::DeviceChoice::Kind::cuda;
    e.set_device(choice);
    e.load(engine::Side::a, model);
    e.request({});
    constexpr int kMostWaits = 12000;
    for (int i = 0; i < kMostWaits; ++i) {
        const auto error = e.load_status(engine::Side::a).error;
        if (!error.empty()) throw std::runtime_error(error);
        const auto pair = e.latest();
        if (pair && pair->frame[0]) {
            if (!pair->frame[0]->error.empty()) throw std::runtime_error(pair->frame[0]->error);
            return pair->frame[0]->image;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("no picture within two minutes");
}

nlohmann::json time_uploads(app::InteropUpload& upload, const engine::Image& image) {
    constexpr int kWarmUp = 10, kRuns = 200;
    std::vector<double> ms;
    for (int i = 0; i < kWarmUp + kRuns; ++i) {
        glFinish();
        const auto start = std::chrono::steady_clock::now();
        while (!upload.upload(image)) {
        }
        glFinish();
        const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
        upload.drawn();
        if (i >= kWarmUp) ms.push_back(spent.count());
    }
    std::sort(ms.begin(), ms.end());
    constexpr const char* kPaths[] = {"host", "interop", "copy"};
    const auto status = upload.status();
    return {{"path", kPaths[static_cast<int>(status.path)]},
            {"reason", status.reason},
            {"median_ms", ms[ms.size() / 2]},
            {"p95_ms", ms[ms.size() * 95 / 100]}};
}

int bench(const char* model) {
    if (!engine::gpu_functions()) {
        std::fprintf(stderr, "texture_bench: no usable NVIDIA GPU here: %s\n", engine::gpu_status().text.c_str());
        return 2;
    }
    app::GlWindowOptions options;
    options.headless = true;
    const app::GlWindow window(options);
    const auto image = render(model);
    const auto textures = app::make_gl_textures();
    app::InteropUpload direct(std::make_shared<app::InteropLink>(app::make_cuda_interop()), textures);
    const auto refused = std::make_shared<app::InteropLink>(app::make_cuda_interop());
    refused->fail("measured on purpose");
    app::InteropUpload copied(refused, textures);
    std::printf("%s\n", nlohmann::json{{"width", image.width},
                                       {"height", image.height},
                                       {"opengl", window.renderer()},
                                       {"interop", time_uploads(direct, image)},
                                       {"copy", time_uploads(copied, image)}}
                            .dump(2)
                            .c_str());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    engine::gpu_status();
    try {
        return bench(argc > 1 ? argv[1] : "demo:alias-free-t");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "texture_bench: %s\n", e.what());
        return 1;
    }
}
