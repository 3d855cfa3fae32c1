#include "cuda/module/module.h"

namespace unstuck::cuda::module {

namespace {

/// One kernel of the table: the launcher on the current stream.
template <auto launch, class Parameters>
const char* run(const Parameters* p) {
    return guard([&] { launch(*p, current_stream()); });
}

const char* set_device(int index) {
    return guard([&] { set_current_device(index); });
}

const char* synchronize() {
    return guard([] { UNSTUCK_CUDA_CHECK(cudaStreamSynchronize(current_stream())); });
}

const char* graph_begin(int device, void** graph) {
    *graph = nullptr;
    return guard([&] { *graph = begin_graph(device); });
}

const unstuck_cuda_functions kTable{
    .abi = UNSTUCK_CUDA_ABI,
    .device_count = device_count,
    .device = device,
    .versions = versions,
    .has_torch = [] { return torch_loaded() ? 1 : 0; },
    .filtered_lrelu = run<filtered_lrelu_cuda>,
    .bias_act = run<bias_act_cuda>,
    .modulate_weights = run<modulate_weights_cuda>,
    .fourier_features = run<fourier_features_cuda>,
    .pack_image = run<pack_image_cuda>,
    .channel_sums = run<channel_sums_cuda>,
    .window_channels = run<window_channels_cuda>,
    .add_power = run<add_power_cuda>,
    .fold_spectrum = run<fold_spectrum_cuda>,
    .set_device = set_device,
    .synchronize = synchronize,
    .event_create = event_create,
    .event_record = event_record,
    .event_wait = event_wait,
    .event_finish = event_finish,
    .event_ms = event_ms,
    .event_destroy = event_destroy,
    .graph_begin = graph_begin,
    .graph_end = [](void* graph) { return guard([&] { end_graph(graph); }); },
    .graph_abort = [](void* graph) { return guard([&] { abort_graph(graph); }); },
    .graph_replay = [](void* graph) { return guard([&] { replay_graph(graph); }); },
    .graph_destroy = [](void* graph) { destroy_graph(graph); },
    .gl_device = gl_device,
    .gl_register = gl_register,
    .gl_unregister = gl_unregister,
    .gl_map = gl_map,
    .gl_unmap = gl_unmap,
    .gl_write = gl_write,
    .host_alloc = host_alloc,
    .host_free = host_free,
    .copy_to_host = copy_to_host,
};

} // namespace

} // namespace unstuck::cuda::module

/// The module's only visible symbol.
extern "C" __attribute__((visibility("default"))) const unstuck_cuda_functions* unstuck_cuda_table() {
    return &unstuck::cuda::module::kTable;
}
