#include "core/engine/measure_spectra.hpp"

#include "core/engine/frame_renderer.hpp"
#include "core/engine/model_names.hpp"
#include "core/io/error.hpp"
#include "core/io/image_file.hpp"
#include "core/latent/seed_w.hpp"
#include "core/signal/average_spectrum.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <stdexcept>
#include <tuple>

namespace unstuck::engine {

namespace {

namespace fs = std::filesystem;

void check(const SpectrumRequest& r) {
    if (r.sources.empty()) throw std::invalid_argument("spectrum: no model and no folder");
    if (r.seeds.empty()) throw std::invalid_argument("--seeds: at least one");
    if (!(r.beta >= 0 && r.beta <= 50)) throw std::invalid_argument("--beta: 0 to 50");
    if (!std::isfinite(r.psi)) throw std::invalid_argument("--psi: a number");
    if (r.mean.has_value() != r.stddev.has_value()) throw std::invalid_argument("--mean and --std belong together");
    if (r.stddev && !(*r.stddev > 0 && std::isfinite(*r.stddev))) throw std::invalid_argument("--std: above 0");
    if (r.mean && !std::isfinite(*r.mean)) throw std::invalid_argument("--mean: a number");
}

LoadedModel load(const SpectrumRequest& r, const std::string& source) {
    LoadOptions options;
    options.target = compute_target(r.device);
    auto loaded = load_model(source, {}, options);
    const int classes = loaded.generator->config().c_dim;
    if (r.class_index >= 0 && classes == 0) throw std::invalid_argument("--class: " + source + " has no classes");
    if (r.class_index >= classes && classes > 0)
        throw std::invalid_argument("--class: the classes of " + source + " are 0 to " + std::to_string(classes - 1));
    return loaded;
}

model::SynthesisInput base_input() {
    model::SynthesisInput input;
    input.style_norm = ops::StyleNorm::per_sample;
    return input;
}

SeedLatent latent_of(const SpectrumRequest& r, std::uint32_t seed) {
    SeedLatent l;
    l.seed = seed;
    l.psi = r.psi;
    l.class_index = r.class_index;
    return l;
}

/// Counts steps and asks whether to go on.
struct Steps {
    const SpectraProgress& go_on;
    int of = 0, done = 0;
    bool stopped = false;

    bool step() {
        ++done;
        stopped = go_on && !go_on(done, of) && done < of;
        return !stopped;
    }
};

std::vector<std::string> image_files(const std::string& folder) {
    std::vector<std::string> out;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        auto ending = it->path().extension().string();
        std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
        if (ending == ".png" || ending == ".jpg" || ending == ".jpeg") out.push_back(it->path().string());
    }
    if (error) throw io::FileError(folder, error.message());
    if (out.empty()) throw io::FileError(folder, "has no .png, .jpg or .jpeg files");
    std::sort(out.begin(), out.end());
    return out;
}

std::string shape_text(const io::Pixels& p) {
    return std::to_string(p.width) + " x " + std::to_string(p.height) + " with " + std::to_string(p.channels) +
           (p.channels == 1 ? " channel" : " channels");
}

/// Throws unless all of a folder's images are squares of one shape. Reads no pixels: hours are not spent in vain.
void check_shapes(const std::vector<std::string>& files) {
    const auto first = io::read_image_shape(files.front());
    if (first.width != first.height)
        throw io::FileError(files.front(), "is " + shape_text(first) + "; images have to be square");
    for (const auto& file : files) {
        const auto p = io::read_image_shape(file);
        if (std::tie(p.width, p.height, p.channels) != std::tie(first.width, first.height, first.channels))
            throw io::FileError(file, "is " + shape_text(p) + ", but the images before it are " + shape_text(first));
    }
}

/// One set of pictures of one shape.
class ImageSet {
  public:
    ImageSet(const SpectrumRequest& r, std::string source) : r_(r) { out_.source = std::move(source); }

    void add(const io::Pixels& p) {
        if (!spectrum_) start(p);
        const auto x =
            at::from_blob(const_cast<std::uint8_t*>(p.bytes.data()), {p.height, p.width, p.channels}, at::kByte);
        spectrum_->add(x.permute({2, 0, 1}).unsqueeze(0));
        ++out_.images;
    }
    ImageSpectrum value() const {
        auto out = out_;
        auto name = out.source;
        while (name.size() > 1 && name.back() == '/') name.pop_back();
        out.title = model_title(name);
        out.mean = spectrum_->mean();
        out.stddev = spectrum_->stddev();
        out.slice_0 = spectrum_->slice_0();
        out.slice_45 = spectrum_->slice_45();
        const auto map = spectrum_->heatmap_db().to(at::kFloat).contiguous();
        out.heatmap_side = static_cast<int>(map.size(0));
        out.heatmap_db.assign(map.const_data_ptr<float>(), map.const_data_ptr<float>() + map.numel());
        return out;
    }

  private:
    void start(const io::Pixels& p) {
        out_.size = p.width;
        out_.channels = p.channels;
        spectrum_.emplace(signal::AverageSpectrumSpec{.size = p.width,
                                                      .mean = r_.mean.value_or(0),
                                                      .stddev = r_.stddev.value_or(1),
                                                      .measured = !r_.mean,
                                                      .beta = r_.beta});
    }

    const SpectrumRequest& r_;
    ImageSpectrum out_;
    std::optional<signal::AverageSpectrum> spectrum_;
};

/// A folder's files, or a loaded model.
struct Source {
    std::string name;
    std::vector<std::string> files;
    std::optional<LoadedModel> model;
    std::size_t count(const SpectrumRequest& r) const { return model ? r.seeds.size() : files.size(); }
};

io::Pixels picture(const model::Generator& g, const SeedLatent& latent) {
    auto input = base_input();
    input.ws = g.truncate(latent::seed_w(g, latent.seed, latent.class_index), latent.psi, latent.cutoff);
    const auto image = to_image(g.synthesize(input)[0]);
    return {image.width, image.height, image.channels, to_bytes(image)};
}

void fill(ImageSet& set, const Source& source, const SpectrumRequest& r, Steps& steps) {
    for (std::size_t i = 0; i < source.count(r) && !steps.stopped; ++i) {
        if (source.model)
            set.add(picture(*source.model->generator, latent_of(r, r.seeds[i])));
        else
            set.add(io::read_image(source.files[i]));
        steps.step();
    }
}

int layer_of(const LoadedModel& m, const SpectrumRequest& r) {
    if (r.layer == "all") return -1;
    const int found = m.generator->layer_index(r.layer);
    if (found >= 0) return found;
    std::string names;
    for (const auto& l : m.info->layers) names += (names.empty() ? "" : ", ") + l.name;
    throw std::invalid_argument("--layer: " + m.info->title + " has no layer '" + r.layer + "'; it has " + names);
}

} // namespace

Spectra<ModelSpectra> layer_spectra(const SpectrumRequest& request, const SpectraProgress& go_on) {
    check(request);
    const c10::InferenceMode inference;
    if (request.threads > 0) at::set_num_threads(request.threads);
    std::vector<LoadedModel> models;
    for (const auto& source : request.sources) {
        if (fs::is_directory(source)) throw io::FileError(source, "is a folder: images have no layers");
        models.push_back(load(request, source));
        layer_of(models.back(), request);
    }
    Steps steps{go_on, static_cast<int>(models.size() * request.seeds.size())};
    Spectra<ModelSpectra> out;
    for (std::size_t m = 0; m < models.size() && !steps.stopped; ++m) {
        const auto& g = *models[m].generator;
        LayerSpectra layers(g.synthesis().layers(), request.beta, layer_of(models[m], request));
        for (std::size_t i = 0; i < request.seeds.size() && !steps.stopped; ++i) {
            layers.add(g, base_input(), latent_of(request, request.seeds[i]));
            steps.step();
        }
        out.sets.push_back({request.sources[m], models[m].info->title, layers.snapshot()});
    }
    out.stopped = steps.stopped;
    return out;
}

Spectra<ImageSpectrum> image_spectra(const SpectrumRequest& request, const SpectraProgress& go_on) {
    check(request);
    const c10::InferenceMode inference;
    if (request.threads > 0) at::set_num_threads(request.threads);
    std::vector<Source> sources;
    Steps steps{go_on};
    for (const auto& name : request.sources) {
        Source s{name, {}, {}};
        if (fs::is_directory(name)) {
            s.files = image_files(name);
            check_shapes(s.files);
        } else {
            s.model = load(request, name);
        }
        steps.of += static_cast<int>(s.count(request));
        sources.push_back(std::move(s));
    }
    Spectra<ImageSpectrum> out;
    for (const auto& source : sources) {
        if (steps.stopped) break;
        ImageSet set(request, source.name);
        fill(set, source, request, steps);
        out.sets.push_back(set.value());
    }
    out.stopped = steps.stopped;
    return out;
}

} // namespace unstuck::engine
