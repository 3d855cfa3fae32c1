#include "core/engine/frame_renderer.hpp"

#include "core/engine/gpu_queue.hpp"
#include "core/engine/latent_ws.hpp"
#include "core/engine/model_source.hpp"
#include "core/io/error.hpp"
#include "core/measure/affine_resample.hpp"
#include "core/model/gpu_layers.hpp"
#include "core/model/matrix.hpp"
#include "core/ops/stopwatch.hpp"
#include "core/signal/spectrum.hpp"
#include "cuda/module.h"

#include <ATen/ATen.h>
#include <cmath>
#include <map>

namespace unstuck::engine {

namespace {

std::string config_guess(const model::GeneratorConfig& c) {
    if (c.family == model::Family::stylegan2) return model::architecture_name(c.architecture);
    if (c.conv_kernel == 1 && c.use_radial_filters) return "R";
    if (c.conv_kernel == 3 && !c.use_radial_filters) return "T";
    return "";
}

ModelInfo describe(const std::string& source, const io::Checkpoint& checkpoint, const model::Generator& g) {
    const auto& c = g.config();
    ModelInfo info;
    info.source = source;
    info.title = model_title(source);
    info.format = checkpoint.format;
    info.family = checkpoint.family;
    info.label = checkpoint.label;
    info.network = checkpoint.network;
    info.config_guess = config_guess(c);
    info.resolution = c.img_resolution;
    info.channels = c.img_channels;
    info.z_dim = c.z_dim;
    info.c_dim = c.c_dim;
    info.w_dim = c.w_dim;
    info.num_ws = c.num_ws();
    info.parameters = g.parameter_count();
    info.has_noise = c.family == model::Family::stylegan2 && c.use_noise;
    info.has_transform = c.family == model::Family::alias_free;
    info.layers = g.synthesis().layers();
    info.sampling = g.synthesis().sampling();
    info.ignored_globals = checkpoint.ignored_globals;
    return info;
}

ChannelStats statistics(const at::Tensor& x) {
    ChannelStats s;
    const auto finite = at::isfinite(x);
    s.not_finite = x.numel() - finite.sum().item<std::int64_t>();
    const auto clean = s.not_finite ? at::nan_to_num(x, 0.0, 0.0, 0.0) : x;
    s.mean = clean.mean().item<double>();
    s.stddev = clean.numel() > 1 ? clean.std(false).item<double>() : 0;
    s.max_abs = clean.abs().max().item<double>();
    return s;
}

/// The fast path's images as they lie in memory, with the zeros that round their channels up: sums of these are quick.
at::Tensor in_order(const at::Tensor& x) {
    const bool images = x.dim() == 4 && x.size(0) == 1 && x.stride(1) == 1 && x.stride(3) >= x.size(1) &&
                        x.stride(2) == x.size(3) * x.stride(3);
    if (!images) return x;
    const auto count = x.size(2) * x.stride(2);
    const auto bytes = static_cast<std::size_t>((x.storage_offset() + count) * x.element_size());
    return bytes <= x.storage().nbytes() ? x.as_strided({count}, {1}) : x;
}

/// NaN and infinities. One of them makes the sum one, too: only then are they counted.
std::int64_t count_not_finite(const at::Tensor& x) {
    if (std::isfinite(in_order(x).sum(at::kFloat).item<double>())) return 0;
    return x.numel() - at::isfinite(x).sum().item<std::int64_t>();
}

} // namespace

std::shared_ptr<const model::Generator> build_generator(const io::Checkpoint& checkpoint,
                                                        const model::BuildOptions& options) {
    const auto refuse = [&](const std::string& why) {
        throw io::FileError(checkpoint.path, "cannot be built: " + why);
    };
    try {
        return model::Generator::build(checkpoint, options);
    } catch (const std::invalid_argument& e) {
        refuse(e.what());
    } catch (const std::bad_alloc&) {
        refuse("it needs more memory than there is");
    } catch (const c10::Error& e) {
        refuse(e.what_without_backtrace());
    }
    return nullptr; // not reached
}

LoadedModel load_model(const std::string& source, const std::function<void(double, const char*)>& progress,
                       const LoadOptions& asked) {
    const auto tell = [&](double fraction, const char* stage) {
        if (progress) progress(fraction, stage);
    };
    tell(0, "reading");
    const auto checkpoint = open_model(source);
    const double total = static_cast<double>(std::max<std::size_t>(checkpoint.tensors.size(), 1));
    double done = 0;
    model::BuildOptions options;
    options.arithmetic = asked.arithmetic;
    options.on_tensor = [&] { tell(0.1 + 0.9 * std::min(done++ / total, 1.0), "building"); };
    options.gpu = asked.target.gpu;
    options.precision = asked.target.precision;
    auto target = asked.target;
    std::shared_ptr<const model::Generator> generator;
    try {
        if (target.gpu) ops::use_device(*target.gpu);
        generator = build_generator(checkpoint, options);
        if (target.gpu) ops::check_gpu(target.gpu->functions().synchronize());
    } catch (const std::runtime_error& e) {
        if (!target.gpu || !target.may_fall_back) throw;
        target = {};
        target.why_processor = e.what();
        options.gpu.reset();
        done = 0;
        generator = build_generator(checkpoint, options);
    }
    tell(1, "ready");
    return {generator, std::make_shared<const ModelInfo>(describe(source, checkpoint, *generator)), target};
}

FrameRequest make_request(const Scene& scene, Side side, const ModelInfo& info) {
    FrameRequest r;
    r.latent = latent_of(scene.latent, side);
    r.forward = forward_matrix(scene.transform, info.resolution);
    r.untransform = scene.transform.untransform;
    r.edge = scene.transform.edge;
    if (const auto& edits = scene.edits[index(side)]; !edits.empty()) r.edits = std::make_shared<model::Edits>(edits);
    r.layer = scene.layer.name[index(side)];
    r.base_channel = scene.layer.base_channel;
    r.channels = scene.layer.channels;
    r.beta = scene.spectrum.beta;
    return r;
}

void FrameRenderer::set_cache_budget(std::size_t bytes) {
    if (bytes == budget_) return;
    budget_ = bytes;
    if (!cache_.empty()) keep_within_budget(cache_.size() - 1, cache_.size() - 1);
    model_.generator->synthesis().buffers().trim();
}

std::size_t FrameRenderer::layer_of(const FrameRequest& request) const {
    const int found = model_.generator->layer_index(request.layer);
    return found < 0 ? model_.generator->synthesis().layers().size() - 1 : static_cast<std::size_t>(found);
}

std::size_t FrameRenderer::cache_bytes(const CachedLayer* without) const {
    std::map<const void*, std::size_t> blocks; // layers may hand on one another's tensors
    for (const auto& slot : cache_)
        if (&slot != without)
            for (const auto* t :
                 {&slot.activation.x, &slot.activation.img, &slot.activation.skip, &slot.activation.shown})
                if (t->defined()) blocks[t->storage().data()] = t->storage().nbytes();
    std::size_t sum = 0;
    for (const auto& [block, bytes] : blocks) sum += bytes;
    return sum;
}

void FrameRenderer::keep_within_budget(std::size_t current, std::size_t looked_at) {
    for (auto all = cache_bytes(); all > budget_; all = cache_bytes()) {
        // The layer whose going frees most; layers that share a tensor free it only together, the larger first.
        CachedLayer* chosen = nullptr;
        std::pair<std::size_t, std::int64_t> best;
        for (std::size_t i = 0; i + 1 < cache_.size(); ++i) {
            auto& slot = cache_[i];
            if (i == current || i == looked_at || !slot.kept()) continue;
            const std::pair gain(all - cache_bytes(&slot), slot.activation.shown.numel());
            if (!chosen || gain > best) chosen = &slot, best = gain;
        }
        if (!chosen) return;
        chosen->activation = {};
    }
}

/// Layers come in many sizes: blocks that no layer of the present scene fits would pile up.
void FrameRenderer::free_idle_memory() const {
    constexpr std::size_t kMostIdle = std::size_t{512} << 20;
    const auto& buffers = model_.generator->synthesis().buffers();
    const auto usage = buffers.usage();
    if (usage.held_bytes - usage.used_bytes > kMostIdle) buffers.trim();
}

FrameRenderer::FrameRenderer(LoadedModel model) : model_(std::move(model)) {
    const auto& synthesis = model_.generator->synthesis();
    if (synthesis.gpu()) gpu_ = std::make_unique<GpuSide>(synthesis, model_.target.graphs, model_.target.why_no_graphs);
}

FrameRenderer::~FrameRenderer() {
    cache_.clear(); // may point into the graph's memory
}

void FrameRenderer::run_layer(std::size_t i, const model::SynthesisInput& input, const std::string& key, bool timed,
                              Frame& frame) {
    auto& slot = cache_[i];
    // A slot is invalid while its layer runs.
    slot = {};
    const ops::Stopwatch watch;
    const auto before = i ? cache_[i - 1].activation : model::Activation{};
    slot.activation = gpu_ ? gpu_->run(i, before, input, timed) : model_.generator->synthesis().run(i, before, input);
    slot.key = key;
    const auto& part = slot.activation.times;
    frame.times[i] = {frame.times[i].name, watch.ms(), false, part.conv_ms, part.filter_ms};
    ++frame.layers_run;
    if (gpu_) return;
    const bool handed_on = before.shown.defined() && before.shown.is_same(slot.activation.shown);
    slot.not_finite = handed_on ? cache_[i - 1].not_finite : count_not_finite(slot.activation.shown);
}

/// The number guard of the processor: also of layers that were computed for an earlier frame.
void FrameRenderer::report_numbers(Frame& frame) const {
    for (std::size_t i = 0; i < frame.times.size(); ++i) {
        auto& t = frame.times[i];
        t.not_finite = cache_[i].not_finite;
        frame.guard.not_finite += t.not_finite;
        if (t.not_finite > 0 && frame.guard.first_bad_layer.empty()) frame.guard.first_bad_layer = t.name;
    }
}

/// All layers as one graph, when every one of them has to run. What the budget does not allow is let go at once.
bool FrameRenderer::run_graph(const model::SynthesisInput& input, std::size_t looked_at,
                              const std::vector<std::string>& keys, Frame& frame) {
    const bool all = whole_bytes_ <= budget_;
    const auto last = keys.size() - 1;
    if (!gpu_->play(input, [&](std::size_t i) { return all || i == looked_at || i == last; })) return false;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        cache_[i] = {keys[i], gpu_->activations()[i]};
        frame.times[i].cached = false;
    }
    frame.layers_run = static_cast<int>(keys.size());
    frame.by_graph = true;
    return true;
}

bool FrameRenderer::run_layers(const model::SynthesisInput& input, const FrameRequest& request,
                               const std::function<bool()>& abandon, Frame& frame) {
    const auto& synthesis = model_.generator->synthesis();
    const auto& layers = synthesis.layers();
    const auto looked_at = layer_of(request);
    cache_.resize(layers.size());
    std::vector<std::string> keys(layers.size());
    bool changed = false; // this layer's own input or that of one before it
    for (std::size_t i = 0; i < layers.size(); ++i) {
        LayerTime time;
        time.name = layers[i].name;
        time.cached = true;
        frame.times.push_back(time);
        synthesis.append_key(i, input, keys[i]);
        changed = changed || cache_[i].key != keys[i];
        if (changed) cache_[i] = {};
    }
    const bool whole = !cache_[0].key;
    if (gpu_ && whole && !request.want_layer_times && !input.edits) { // filters that change are no graph's
        if (abandon && abandon()) return false;
        if (run_graph(input, looked_at, keys, frame)) return true;
    }
    std::size_t bytes = 0;
    for (const auto wanted : {layers.size() - 1, looked_at}) {
        if (cache_[wanted].kept()) continue;
        auto first = wanted;
        while (first > 0 && !cache_[first - 1].kept()) --first;
        for (auto i = first; i <= wanted; ++i) {
            if (abandon && abandon()) return false;
            run_layer(i, input, keys[i], request.want_layer_times, frame);
            bytes += cache_[i].activation.shown.storage().nbytes();
            keep_within_budget(i, looked_at);
        }
    }
    if (whole) whole_bytes_ = bytes;
    if (whole && gpu_) gpu_->ran();
    return true;
}

Image FrameRenderer::picture(const at::Tensor& image) {
    if (!gpu_) return to_image(image[0]);
    const int count = std::min(static_cast<int>(image.size(1)), 4);
    return gpu_->picture(gpu_->gpu().as_images(image, image.scalar_type()), 0, count);
}

void FrameRenderer::capture(const FrameRequest& request, const at::Tensor& image, Frame& frame) {
    const auto& layers = model_.generator->synthesis().layers();
    const auto i = layer_of(request);
    const auto activation = cache_[i].activation.shown;
    const auto x = activation[0];
    frame.layer_name = layers[i].name;
    frame.layer_channels = static_cast<int>(x.size(0));
    const int count = std::min(request.channels, frame.layer_channels);
    frame.base_channel = std::clamp(request.base_channel, 0, frame.layer_channels - count);
    // The output is shown as it was moved back; numbers and spectra are those of the network's own signal.
    const bool is_output = i + 1 == layers.size();
    if (gpu_) {
        const LayerLook look{layers[i], frame.base_channel, count, request.want_spectrum, request.beta};
        capture_on_gpu(*gpu_, activation, is_output ? image : activation, look, frame);
        return;
    }
    const auto shown = (is_output ? image[0] : x).slice(0, frame.base_channel, frame.base_channel + count);
    frame.stats_all = statistics(x);
    frame.stats_shown = statistics(shown);
    for (int c = 0; c < count; ++c)
        frame.channel_max_abs.push_back(at::nan_to_num(shown[c], 0.0, 0.0, 0.0).abs().max().item<double>());
    frame.layer = to_image(shown);
    if (request.want_spectrum) {
        const ops::Stopwatch watch;
        frame.spectrum = signal::layer_spectrum(x, layers[i].sampling_rate, request.beta);
        frame.spectrum_ms = watch.ms();
    }
}

model::SynthesisInput FrameRenderer::make_input(const FrameRequest& request, Frame& frame) {
    const ops::Stopwatch watch;
    model::SynthesisInput input;
    const auto files = file_stamps(request.latent);
    if (!ws_.defined() || ws_lacks_directions_ || request.latent != ws_latent_ || files != ws_files_) {
        if (files.empty()) files_.clear();
        const auto rows = latent_rows(model_, request.latent, files_, request.wait_for_directions);
        ws_ = rows.ws;
        ws_lacks_directions_ = rows.lacks_directions;
        ws_count_ = rows.w_count;
        ws_latent_ = request.latent;
        ws_files_ = files;
    }
    frame.lacks_directions = ws_lacks_directions_;
    frame.w_count = ws_count_;
    input.ws = ws_;
    frame.pose = model_.generator->synthesis().learned_pose(ws_);
    input.inverse_transform = model::inverse(request.forward);
    input.noise = request.latent.noise;
    input.noise_strength = request.latent.noise_strength;
    input.noise_seed = static_cast<std::uint64_t>(request.latent.noise_seed);
    input.edge = request.edge;
    input.style_norm = ops::StyleNorm::per_sample;
    input.edits = request.edits;
    input.staged = staged_;
    model_.generator->synthesis().stage(input);
    staged_ = input.staged;
    frame.mapping_ms = watch.ms();
    return input;
}

std::optional<Frame> FrameRenderer::render(const FrameRequest& request, const std::function<bool()>& abandon) {
    const c10::InferenceMode inference;
    const ops::Stopwatch watch;
    std::optional<Frame> frame;
    const auto fail = [&](const char* why) {
        cache_.clear();
        frame.emplace();
        frame->error = why;
    };
    try {
        frame = render_here(request, abandon);
        if (!frame) return std::nullopt;
    } catch (const c10::Error& e) {
        fail(e.what_without_backtrace());
    } catch (const std::exception& e) {
        fail(e.what());
    }
    free_idle_memory();
    frame->cache_bytes = cache_bytes();
    frame->memory_bytes =
        gpu_ ? std::max(frame->cache_bytes, whole_bytes_) : model_.generator->synthesis().buffers().usage().held_bytes;
    frame->total_ms = watch.ms();
    return frame;
}

std::optional<Frame> FrameRenderer::render_here(const FrameRequest& request, const std::function<bool()>& abandon) {
    std::optional<GpuSide::Queue> queue;
    if (gpu_) queue.emplace(*gpu_);
    const ops::Stopwatch watch;
    Frame frame;
    const auto input = make_input(request, frame);
    if (!run_layers(input, request, abandon, frame)) return std::nullopt;
    auto image = cache_.back().activation.shown;
    if (request.untransform && request.forward != model::kIdentity3) {
        std::optional<model::Tf32> exact; // a picture is moved back in float32, whatever made it
        if (gpu_) exact.emplace(false);
        image = moved_back_(image, input.inverse_transform).image;
    }
    frame.image = picture(image);
    if (gpu_)
        gpu_->finish(frame, input);
    else
        report_numbers(frame);
    frame.synthesis_ms = watch.ms() - frame.mapping_ms;
    if (request.want_capture) capture(request, image, frame);
    if (gpu_) frame.graph_failure = gpu_->graph_failure();
    return frame;
}

Image to_image(const at::Tensor& chw) {
    const auto x = chw.to(at::kCPU, at::kFloat).contiguous();
    Image out;
    out.width = static_cast<int>(x.size(2));
    out.height = static_cast<int>(x.size(1));
    out.channels = static_cast<int>(x.size(0));
    const auto* data = x.const_data_ptr<float>();
    out.pixels.assign(data, data + x.numel());
    return out;
}

} // namespace unstuck::engine
