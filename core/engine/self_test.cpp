#include "core/engine/self_test.hpp"

#include "core/engine/kernel_tests.hpp"
#include "core/model/generator.hpp"
#include "core/model/untrained.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <omp.h>

namespace unstuck::engine {

namespace {

/// The calling thread's operations on the processor stay on it while this lives. They are so small that threads only
/// wait for each other: on a busy machine for seconds. Other threads keep theirs.
class OneThread {
  public:
    OneThread() : before_(at::get_num_threads()) { omp_set_num_threads(1); } // asked first: that sets a new thread's
    ~OneThread() { omp_set_num_threads(before_); }
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;

  private:
    int before_;
};

// ---- networks -------------------------------------------------------------------------------------------------------

/// Small enough for milliseconds, with what large ones have: factors of 2 and 4, critical sampling, channels that are
/// no whole groups, radial filters, float16 where it is marked.
std::vector<model::GeneratorConfig> tiny_networks() {
    model::GeneratorConfig t;
    t.img_resolution = 32;
    t.z_dim = t.w_dim = 8;
    t.channel_base = 128;
    t.channel_max = 12;
    t.num_layers = 4;
    t.num_critical = 1;
    t.margin_size = 4;
    t.num_fp16_res = 1;
    auto r = t;
    r.conv_kernel = 1;
    r.use_radial_filters = true;
    r.channel_max = 16;
    auto s = t;
    s.family = model::Family::stylegan2;
    s.img_resolution = 16;
    s.num_fp16_res = 1;
    return {t, r, s};
}

/// A network on the processor and what makes it anew on a GPU.
class Subject {
  public:
    explicit Subject(const model::GeneratorConfig& config)
        : checkpoint_(model::make_untrained(config, 1)), reference_(model::Generator::build(checkpoint_)),
          first_(input(0.5, {0.9, -0.2, 0.1, 0.2, 0.9, -0.05, 0, 0, 1})), second_(input(-0.8, model::kIdentity3)),
          picture_(reference_->synthesize(first_)) {}

    std::shared_ptr<const model::Generator> on(const ops::Gpu& gpu, model::Precision precision) const {
        model::BuildOptions options;
        options.gpu = gpu;
        options.precision = precision;
        return model::Generator::build(checkpoint_, options);
    }

    /// Largest difference to the processor's picture, as a share of that one's range.
    double error_on(const ops::Gpu& gpu, model::Precision precision) const {
        const auto got = on(gpu, precision)->synthesize(first_).to(at::kCPU, at::kDouble);
        const auto want = picture_.to(at::kDouble);
        return (got - want).abs().max().item<double>() / (want.max() - want.min()).item<double>();
    }

    const model::SynthesisInput& first() const { return first_; }
    const model::SynthesisInput& second() const { return second_; }

  private:
    model::SynthesisInput input(double z, const model::Matrix3& transform) const {
        model::SynthesisInput in;
        const auto latent = at::linspace(-1, 1, reference_->config().z_dim).unsqueeze(0) + z;
        in.ws = reference_->truncate(reference_->map(latent, {}), 1);
        in.inverse_transform = transform;
        return in;
    }

    io::Checkpoint checkpoint_;
    std::shared_ptr<const model::Generator> reference_;
    model::SynthesisInput first_, second_;
    at::Tensor picture_;
};

constexpr double kFloat32Bound = 1e-4, kFloat16Bound = 3e-2;

/// What came of one precision: the worst network's error, and what is wrong (empty: nothing is).
struct Pictures {
    double error = 0;
    std::string why_not;
};

Pictures compare_pictures(const std::vector<Subject>& subjects, const ops::Gpu& gpu, model::Precision precision,
                          double bound) {
    Pictures out;
    try {
        for (const auto& s : subjects) {
            const double error = s.error_on(gpu, precision);
            if (!(error <= out.error)) out.error = error;
            if (std::isnan(error)) break;
        }
        if (!(out.error <= bound)) out.why_not = "are wrong (error " + short_number(out.error) + ")";
    } catch (...) {
        out.error = std::numeric_limits<double>::quiet_NaN();
        out.why_not = "cannot be made (" + reason_in_flight() + ")";
    }
    return out;
}

// ---- graphs ---------------------------------------------------------------------------------------------------------

/// A CUDA graph of what is queued between its construction and end(). Whatever was made with it in between has to be
/// gone before it is.
class Graph {
  public:
    explicit Graph(const ops::Gpu& gpu) : functions_(gpu.functions()) {
        ops::check_gpu(functions_.graph_begin(gpu.index(), &graph_));
    }
    ~Graph() { ended_ ? functions_.graph_destroy(graph_) : static_cast<void>(functions_.graph_abort(graph_)); }
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    void end() {
        ops::check_gpu(functions_.graph_end(graph_));
        ended_ = true;
    }
    void replay() const { ops::check_gpu(functions_.graph_replay(graph_)); }

  private:
    const unstuck_cuda_functions& functions_;
    void* graph_ = nullptr;
    bool ended_ = false;
};

at::Tensor queue_layers(const model::Synthesis& synthesis, const model::SynthesisInput& input) {
    model::Activation a;
    for (std::size_t i = 0; i < synthesis.layers().size(); ++i) a = synthesis.run(i, a, input);
    return a.shown;
}

/// Captures a network once and replays it with other inputs. Returns why graphs will not do; empty: they will.
std::string try_graphs(const Subject& subject, const ops::Gpu& gpu, model::Precision precision) {
    try {
        const auto generator = subject.on(gpu, precision);
        const auto& synthesis = generator->synthesis();
        model::SynthesisInput inputs[] = {subject.first(), subject.second()};
        at::Tensor eager[2];
        for (int i = 0; i < 2; ++i) { // this warms the libraries, which a capture cannot
            inputs[i].staged = inputs[0].staged;
            synthesis.stage(inputs[i]);
            eager[i] = queue_layers(synthesis, inputs[i]).cpu();
        }
        Graph graph(gpu);
        const auto shown = queue_layers(synthesis, inputs[1]);
        graph.end();
        for (int i = 0; i < 2; ++i) {
            synthesis.stage(inputs[i]);
            graph.replay();
            if (!shown.cpu().equal(eager[i])) return "a replayed picture differs";
        }
        return {};
    } catch (...) {
        return reason_in_flight();
    }
}

// ---- words ----------------------------------------------------------------------------------------------------------

/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i)
        out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    return out;
}

/// Empty when every kernel is right.
std::string about_kernels(const std::vector<KernelCheck>& checks) {
    std::vector<std::string> names;
    std::string what;
    for (const auto& c : checks)
        if (!c.ok) {
            if (names.empty()) what = c.text;
            names.push_back(c.name);
        }
    if (names.empty()) return {};
    if (names.size() == 1)
        return "the kernel " + names[0] + " " + what + ": LibTorch's own operations replace it, slower";
    return "the kernels " + listed(names) + " cannot be used, the first " + what +
           ": LibTorch's own operations replace them, slower";
}

std::string about(const SelfTest& t, const std::string& float32, const std::string& float16,
                  const std::string& graphs) {
    auto out = about_kernels(t.kernels);
    if (!t.usable) return "this card cannot be used: pictures in float32 " + float32 + (out.empty() ? "" : "; ") + out;
    if (out.empty()) out = "self-test passed: " + std::to_string(t.kernels.size()) + " kernels";
    out += ", float32 " + short_number(t.float32_error);
    if (t.float16_ok) out += ", float16 " + short_number(t.float16_error);
    if (t.graphs_ok) out += ", graphs";
    if (!t.float16_ok) out += "; pictures in float16 " + float16 + ": float32 is used instead, slower";
    if (!t.graphs_ok) out += "; no CUDA graphs: " + graphs;
    return out;
}

void run(SelfTest& out, const unstuck_cuda_functions& table, at::Device device) {
    const c10::InferenceMode inference;
    const OneThread alone;
    ops::use_device(ops::Gpu(table, device));
    const KernelTests tests(table, device);
    out.kernels = tests.checks();
    out.functions = ops::with_aten_kernels(table, tests.failed(), device.type());
    const ops::Gpu gpu(out.functions, device);
    std::vector<Subject> subjects;
    for (const auto& config : tiny_networks()) subjects.emplace_back(config);
    const auto float32 = compare_pictures(subjects, gpu, model::Precision::float32, kFloat32Bound);
    out.float32_error = float32.error;
    out.networks_ok = out.usable = float32.why_not.empty();
    std::string float16_why;
    auto& graphs_why = out.graphs_why;
    if (out.usable) {
        const auto float16 = compare_pictures(subjects, gpu, model::Precision::float16, kFloat16Bound);
        out.float16_error = float16.error;
        float16_why = float16.why_not;
        out.float16_ok = float16_why.empty();
        graphs_why =
            try_graphs(subjects.front(), gpu, out.float16_ok ? model::Precision::as_marked : model::Precision::float32);
        out.graphs_ok = graphs_why.empty();
    }
    out.text = about(out, float32.why_not, float16_why, graphs_why);
}

} // namespace

SelfTest run_self_test(const unstuck_cuda_functions& table, at::Device device) {
    SelfTest out;
    out.functions = table;
    try {
        run(out, table, device);
    } catch (...) {
        out.usable = out.networks_ok = out.float16_ok = out.graphs_ok = false;
        out.text = "this card cannot be used: " + reason_in_flight();
    }
    return out;
}

} // namespace unstuck::engine