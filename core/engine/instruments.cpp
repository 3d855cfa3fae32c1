#include "core/engine/instruments.hpp"

#include "core/engine/latent_ws.hpp"
#include "core/engine/meters.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <cmath>
#include <limits>

namespace unstuck::engine {

namespace {

struct JobName {
    const char *key, *title;
};
constexpr JobName name_of(const EqSettings&) { return {"equivariance", "Equivariance"}; }
constexpr JobName name_of(const StickingSettings&) { return {"sticking", "Sticking index"}; }
constexpr JobName name_of(const LayersSettings&) { return {"layer equivariance", "Layers' equivariance"}; }
constexpr JobName name_of(const AliasingSettings&) { return {"layer aliasing", "Layers' aliasing"}; }
constexpr JobName name_of(const ClampSettings&) { return {"clamped values", "Clamped values"}; }
constexpr JobName name_of(const LadderSettings&) { return {"ladder", "Ladder"}; }
constexpr JobName name_of(const MapSettings&) { return {"translation map", "Translation map"}; }
constexpr JobName name_of(const AnglesSettings&) { return {"rotation map", "Rotation map"}; }
constexpr JobName name_of(const AverageSettings&) { return {"average", "Neighbourhood average"}; }
constexpr JobName name_of(const ScanSettings&) { return {"slit-scan", "Slit-scan"}; }
constexpr JobName name_of(const SpectraSettings&) { return {"layer spectra", "Layers' spectra"}; }

/// All meters in turns, so that both sides grow together.
void take_turns(const std::vector<std::unique_ptr<Meter>>& meters, JobControl& control) {
    int total = 0, done = 0, most = 0;
    for (const auto& m : meters) total += m->steps(), most = std::max(most, m->steps());
    for (int i = 0; i < most; ++i)
        for (const auto& m : meters) {
            if (i >= m->steps()) continue;
            control.progress(static_cast<double>(done++) / total);
            m->step(i);
            control.changed();
        }
}

} // namespace

Subjects subjects_of(const Scene& scene, const std::array<std::shared_ptr<const LoadedModel>, 2>& models) {
    Subjects out;
    for (auto side : kSides) {
        auto& s = out[index(side)];
        s.model = models[index(side)];
        s.latent = latent_of(scene.latent, side);
        s.latent.animate = false;
        s.latent.speed = LatentState{}.speed;
        s.edge = scene.transform.edge;
        s.edits = scene.edits[index(side)];
    }
    return out;
}

Subjects relevant(Subjects subjects, const EqSettings& settings) {
    if (settings.fresh_latents)
        for (auto& s : subjects) s.latent = {};
    return subjects;
}

Subjects relevant(Subjects subjects, const AliasingSettings& settings) {
    if (settings.fresh_latents)
        for (auto& s : subjects) s.latent = {};
    return subjects;
}

Subjects relevant(Subjects subjects, const LadderSettings&) {
    for (auto& s : subjects) {
        Subject only;
        only.model = s.model;
        s = only;
    }
    return subjects;
}

template <class Settings>
const char* job_key() {
    return name_of(Settings{}).key;
}

template <class Settings>
Run<Settings> start(JobQueue& queue, const Subjects& subjects, const Settings& settings) {
    Run<Settings> run{settings, subjects, {}};
    for (auto& r : run.results) r = std::make_shared<Published<typename Settings::Result>>();
    const auto [key, title] = name_of(settings);
    queue.submit(key, title, [run](JobControl& control) {
        const c10::InferenceMode inference;
        at::set_num_threads(1); // the other cores are the pictures'
        std::vector<std::unique_ptr<Meter>> meters;
        for (auto side : kSides) {
            const auto& subject = run.subjects[index(side)];
            if (!subject.model) continue;
            control.progress(0);
            meters.push_back(make_meter(subject, run.settings, run.results[index(side)]));
        }
        try {
            take_turns(meters, control);
        } catch (const c10::Error& e) {
            throw std::runtime_error(e.what_without_backtrace());
        }
    });
    return run;
}

Rendering::Rendering(const Subject& subject) : subject_(subject) {
    if (const auto* gpu = generator().synthesis().gpu()) ops::use_device(*gpu);
    input_ = at_latent(subject.latent);
}

model::SynthesisInput Rendering::with_edits(model::SynthesisInput input) const {
    input.edge = subject_.edge;
    if (!subject_.edits.empty()) input.edits = std::make_shared<model::Edits>(subject_.edits);
    input.style_norm = ops::StyleNorm::per_sample;
    return input;
}

model::SynthesisInput Rendering::at_latent(const LatentState& latent) const {
    model::SynthesisInput input;
    input.ws = latent_ws(*subject_.model, latent);
    input.noise = latent.noise;
    input.noise_strength = latent.noise_strength;
    input.noise_seed = static_cast<std::uint64_t>(latent.noise_seed);
    return with_edits(input);
}

at::Tensor Rendering::picture(const model::SynthesisInput& input, const model::Matrix3& inverse) const {
    return measure::render_of(generator(), input)(inverse).to(at::kCPU, at::kFloat);
}

double single_db(const measure::EqSample& sample) {
    measure::EqPool alone;
    alone.add(sample);
    const auto r = alone.read();
    return measure::has_number(r) ? r.db : std::numeric_limits<double>::quiet_NaN();
}

measure::EqKind eq_kind(EqMetric metric) {
    switch (metric) {
    case EqMetric::translation: return measure::EqKind::translation;
    case EqMetric::fractional: return measure::EqKind::fractional;
    case EqMetric::rotation: return measure::EqKind::rotation;
    }
    return measure::EqKind::translation;
}

#define UNSTUCK_INSTRUMENT(Settings)                                                                                   \
    template const char* job_key<Settings>();                                                                          \
    template Run<Settings> start(JobQueue&, const Subjects&, const Settings&);
UNSTUCK_INSTRUMENT(EqSettings)
UNSTUCK_INSTRUMENT(StickingSettings)
UNSTUCK_INSTRUMENT(LayersSettings)
UNSTUCK_INSTRUMENT(AliasingSettings)
UNSTUCK_INSTRUMENT(ClampSettings)
UNSTUCK_INSTRUMENT(LadderSettings)
UNSTUCK_INSTRUMENT(MapSettings)
UNSTUCK_INSTRUMENT(AnglesSettings)
UNSTUCK_INSTRUMENT(AverageSettings)
UNSTUCK_INSTRUMENT(ScanSettings)
UNSTUCK_INSTRUMENT(SpectraSettings)
#undef UNSTUCK_INSTRUMENT

} // namespace unstuck::engine
