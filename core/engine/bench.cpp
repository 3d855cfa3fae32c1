#include "core/engine/bench.hpp"

#include "core/engine/frame_renderer.hpp"
#include "core/engine/thread_count.hpp"
#include "core/ops/stopwatch.hpp"

#include <ATen/Parallel.h>
#include <algorithm>
#include <stdexcept>
#include <sys/resource.h>

namespace unstuck::engine {

namespace {

double median(std::vector<double> v) {
    if (v.empty()) return 0;
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
    return v[v.size() / 2];
}

rusage usage() {
    rusage u{};
    ::getrusage(RUSAGE_SELF, &u);
    return u;
}

/// One model's renderer and what its frames took.
class Subject {
  public:
    Subject(const std::string& source, const BenchRequest& request)
        : renderer_(load_model(source, {}, {request.arithmetic, compute_target(request.device)})),
          want_spectrum_(request.spectrum) {
        const auto& info = *renderer_.model().info;
        out_.model = source;
        out_.threads = request.threads > 0 ? request.threads : threads_for(info);
    }

    double frame(int seed, bool layer_times = false) {
        at::set_num_threads(out_.threads);
        FrameRequest r;
        r.latent.x = seed;
        r.want_layer_times = layer_times;
        r.want_capture = r.want_spectrum = want_spectrum_;
        const auto before = usage().ru_minflt;
        auto f = renderer_.render(r);
        faults_.push_back(static_cast<double>(usage().ru_minflt - before));
        if (!f->error.empty()) throw std::runtime_error(out_.model + ": " + f->error);
        f->image = f->layer = {}; // only the times are wanted
        f->spectrum = {};
        frames_.push_back(std::move(*f));
        return frames_.back().total_ms;
    }

    /// On a GPU frames are timed whole; what each layer takes is measured in frames of its own.
    void layer_frame(int seed) {
        const auto kept = frames_.size();
        frame(seed, true);
        layered_.push_back(std::move(frames_.back()));
        frames_.resize(kept);
        faults_.pop_back();
    }
    bool on_gpu() const { return renderer_.model().target.gpu.has_value(); }

    void forget() {
        frames_.clear();
        faults_.clear();
    }

    ModelBench result() {
        at::set_num_threads(out_.threads);
        const auto all = [](const std::vector<Frame>& frames, auto&& get) {
            std::vector<double> v;
            for (const auto& f : frames) v.push_back(get(f));
            return v;
        };
        const auto of = [&](auto&& get) { return all(frames_, get); };
        const auto of_layers = [&](auto&& get) { return all(layered_.empty() ? frames_ : layered_, get); };
        const auto total = of([](const Frame& f) { return f.total_ms; });
        out_.frame_ms = median(total);
        out_.fastest_ms = *std::min_element(total.begin(), total.end());
        out_.mapping_ms = median(of([](const Frame& f) { return f.mapping_ms; }));
        out_.spectrum_ms = median(of([](const Frame& f) { return f.spectrum_ms; }));
        out_.faults_per_frame = median(faults_);
        out_.by_graph = frames_.back().by_graph;
        out_.graph_failure = frames_.back().graph_failure;
        out_.guard = frames_.back().guard;
        if (const auto& gpu = renderer_.model().target.gpu) out_.device = gpu->device().str();
        const auto& layers = renderer_.model().generator->synthesis().layers();
        for (std::size_t i = 0; i < layers.size(); ++i) {
            LayerCost c;
            c.name = layers[i].name;
            c.conv_flop = layers[i].conv_flop;
            c.bytes = layers[i].bytes;
            c.ms = median(of_layers([&](const Frame& f) { return f.times[i].ms; }));
            c.conv_ms = median(of_layers([&](const Frame& f) { return f.times[i].conv_ms; }));
            c.filter_ms = median(of_layers([&](const Frame& f) { return f.times[i].filter_ms; }));
            out_.conv_flop += c.conv_flop;
            out_.layers.push_back(c);
        }
        out_.gemm = measure_gemm_rate(*renderer_.model().generator);
        return out_;
    }

  private:
    FrameRenderer renderer_;
    bool want_spectrum_;
    ModelBench out_;
    std::vector<Frame> frames_, layered_;
    std::vector<double> faults_;
};

} // namespace

Bench run_bench(const BenchRequest& asked) {
    if (asked.models.empty() || asked.models.size() > 2) throw std::invalid_argument("bench takes one model or two");
    auto request = asked;
    request.spectrum = asked.spectrum || asked.models.size() == 2;
    const ops::Stopwatch watch;
    std::vector<std::unique_ptr<Subject>> subjects;
    for (const auto& m : request.models) subjects.push_back(std::make_unique<Subject>(m, request));
    Bench out;
    out.load_ms = watch.ms();
    int seed = 0;
    const auto picture = [&] {
        double ms = 0;
        for (auto& s : subjects) ms += s->frame(seed);
        ++seed;
        return ms;
    };
    // The first frames fill caches and pools.
    constexpr int kWarmUp = 4, kLeast = 5, kMost = 200;
    constexpr double kBudgetMs = 6000;
    double once = 0;
    for (int i = 0; i < kWarmUp; ++i) once = picture();
    for (auto& s : subjects)
        for (int i = 0; s->on_gpu() && i < kLeast; ++i) s->layer_frame(seed++);
    for (auto& s : subjects) s->forget();
    out.frames = request.frames > 0 ? request.frames : std::clamp(static_cast<int>(kBudgetMs / once), kLeast, kMost);
    std::vector<double> total;
    for (int i = 0; i < out.frames; ++i) total.push_back(picture());
    out.frame_ms = median(total);
    out.peak_rss_bytes = static_cast<std::size_t>(usage().ru_maxrss) * 1024;
    for (auto& s : subjects) out.models.push_back(s->result());
    return out;
}

} // namespace unstuck::engine
