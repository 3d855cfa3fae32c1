#include "core/engine/thumbnails.hpp"

#include "core/engine/job_queue.hpp"
#include "core/engine/latent_ws.hpp"
#include "core/engine/meters.hpp"
#include "core/ops/stopwatch.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>

namespace unstuck::engine {

using latent::GridCell;

namespace {

constexpr const char* kJob = "thumbnails";

/// What is kept of one: which look (by number) and which cell.
struct Key {
    std::uint64_t look = 0;
    GridCell cell;
    auto operator<=>(const Key&) const = default;
};

struct Kept {
    std::shared_ptr<const Raster> picture;
    std::list<Key>::iterator place; ///< In the order of use.
};

struct Wanted {
    std::size_t request = 0;
    GridCell cell;
};

/// Requests in turns: the first cell of each, then the second of each, ..
std::vector<Wanted> in_turns(const std::vector<ThumbnailRequest>& requests) {
    std::vector<Wanted> out;
    std::size_t most = 0;
    for (const auto& r : requests) most = std::max(most, r.cells.size());
    for (std::size_t i = 0; i < most; ++i)
        for (std::size_t r = 0; r < requests.size(); ++r)
            if (i < requests[r].cells.size()) out.push_back({r, requests[r].cells[i]});
    return out;
}

/// The picture at a cell, layer by layer.
Image render_cell(const ThumbnailRequest& request, const GridCell& cell, JobControl& control) {
    const c10::InferenceMode inference;
    at::set_num_threads(1); // the other cores are the pictures'
    Subject subject{request.model, request.look.latent, {}, request.look.edits};
    subject.latent.x = cell.x();
    subject.latent.y = cell.y();
    const Rendering rendering(subject);
    auto input = rendering.input();
    const auto& synthesis = rendering.generator().synthesis();
    synthesis.stage(input);
    model::Activation activation;
    control.progress(0);
    ops::Stopwatch since_pictures;
    for (std::size_t i = 0; i < synthesis.layers().size(); ++i) {
        constexpr double kUnnoticedMs = 12; // small networks give way once per thumbnail, or an animation starves them
        if (since_pictures.ms() > kUnnoticedMs) {
            control.progress(0);
            since_pictures = {};
        }
        activation = synthesis.run(i, activation, input);
    }
    return to_image(activation.shown[0]);
}

/// No value and why, for a request that cannot be rendered: that of one side is no reason to leave the other without.
std::optional<Raster> rendered(const ThumbnailRequest& request, const GridCell& cell, JobControl& control,
                               std::string& why) {
    try {
        return thumbnail(render_cell(request, cell, control));
    } catch (const JobCancelled&) {
        throw;
    } catch (const c10::Error& e) {
        why = e.what_without_backtrace();
    } catch (const std::exception& e) {
        why = e.what();
    }
    return std::nullopt;
}

} // namespace

Raster thumbnail(const Image& picture) {
    auto whole = tone_mapped(picture, {});
    const auto box = placed(whole.width, whole.height, {0, 0, kThumbnailSide, kThumbnailSide});
    if (box.width >= whole.width) return whole;
    Canvas reduced(box.width, box.height, {});
    reduced.draw(whole, {0, 0, box.width, box.height});
    return {box.width, box.height, reduced.rgb()};
}

namespace {

/// Names, and steps of 0, make no difference.
void tidy(std::vector<LatentDirection>& directions) {
    std::erase_if(directions, [](const auto& d) { return d.amount == 0; });
    for (auto& d : directions) d.name.clear();
}

/// What mixing does not look at goes back to the defaults.
void tidy_mixing(LatentState& l) {
    const LatentState standard;
    const bool on = l.mix && l.mix_rows != 0 && l.mix_amount != 0;
    if (!on) {
        l.mix = false;
        l.mix_rows = 0;
        l.mix_amount = standard.mix_amount;
        l.mix_from = standard.mix_from;
    }
    if (!on || l.mix_from == MixFrom::seed) l.mix_point = {};
    if (!on || l.mix_from == MixFrom::point) l.mix_seed = standard.mix_seed;
    tidy(l.mix_point.directions);
}

} // namespace

ThumbnailLook look_of(const Scene& scene, Side side, const LoadedModel& model) {
    const LatentState standard;
    ThumbnailLook look{model.info, latent_of(scene.latent, side), scene.edits[index(side)], {}};
    auto& l = look.latent;
    l.x = l.y = 0;
    l.walk = {};
    l.w = {}; // the map is of seeds
    l.w_index = {};
    l.animate = false;
    l.speed = standard.speed;
    tidy(l.directions);
    tidy_mixing(l);
    look.files = file_stamps(l);
    if (l.noise != model::NoiseMode::random) l.noise_seed = standard.noise_seed;
    if (!model.info->has_noise) {
        l.noise = standard.noise;
        l.noise_strength = standard.noise_strength;
        l.noise_seed = standard.noise_seed;
    }
    if (!model.info->has_transform) l.lock_pose = false;
    if (model.info->c_dim == 0) l.class_index = l.mix_point.class_index = standard.class_index;
    return look;
}

struct Thumbnails::State {
    std::function<void()> notify;
    std::size_t most_bytes = 0;
    mutable std::mutex mutex;

    // Guarded by the mutex.
    std::vector<ThumbnailRequest> requests;
    std::vector<std::uint64_t> request_look; ///< Numbers of their looks.
    std::set<std::uint64_t> failed;          ///< Looks that cannot be rendered.
    std::vector<Wanted> wanted;
    std::vector<std::pair<std::uint64_t, ThumbnailLook>> looks; ///< With their numbers, newest last.
    std::uint64_t next_look = 1;
    std::map<Key, Kept> kept;
    std::list<Key> used; ///< Latest first.
    std::size_t bytes = 0;
    double ms = 0;
    std::string error;
    bool working = false;

    std::unique_ptr<JobQueue> queue; ///< Last: its thread ends before anything it uses is destroyed.

    std::optional<std::uint64_t> find_look(const ThumbnailLook& look) const {
        const auto known = std::find_if(looks.rbegin(), looks.rend(), [&](const auto& l) { return l.second == look; });
        return known == looks.rend() ? std::nullopt : std::optional(known->first);
    }
    std::uint64_t number_of(const ThumbnailLook& look);
    void forget_unused_looks();
    void look_at_wanted();
    void keep(const Key& key, Raster picture);
    /// The first that is wanted, not there, and not of a look that cannot be rendered.
    std::optional<Wanted> next() const;
    void work(JobControl& control);
};

std::uint64_t Thumbnails::State::number_of(const ThumbnailLook& look) {
    if (const auto known = find_look(look)) return *known;
    forget_unused_looks();
    looks.emplace_back(next_look, look);
    return next_look++;
}

void Thumbnails::State::forget_unused_looks() {
    std::erase_if(looks, [&](const auto& entry) {
        const auto first = kept.lower_bound({entry.first, {INT64_MIN, INT64_MIN}});
        const bool has_pictures = first != kept.end() && first->first.look == entry.first;
        return !has_pictures && std::find(request_look.begin(), request_look.end(), entry.first) == request_look.end();
    });
}

/// What is wanted is not pushed out by what was, and fits: or it would be rendered again and again.
void Thumbnails::State::look_at_wanted() {
    constexpr std::size_t kLargest = std::size_t{kThumbnailSide} * kThumbnailSide * 3;
    if (const auto fit = std::max<std::size_t>(most_bytes / kLargest, 1); wanted.size() > fit) wanted.resize(fit);
    for (const auto& w : wanted)
        if (const auto found = kept.find({request_look[w.request], w.cell}); found != kept.end())
            used.splice(used.begin(), used, found->second.place);
}

void Thumbnails::State::keep(const Key& key, Raster picture) {
    if (kept.contains(key)) return;
    bytes += picture.rgb.size();
    used.push_front(key);
    kept[key] = {std::make_shared<const Raster>(std::move(picture)), used.begin()};
    while (bytes > most_bytes && used.size() > 1) {
        const auto oldest = kept.find(used.back());
        bytes -= oldest->second.picture->rgb.size();
        kept.erase(oldest);
        used.pop_back();
    }
}

std::optional<Wanted> Thumbnails::State::next() const {
    for (const auto& w : wanted)
        if (const auto look = request_look[w.request]; !kept.contains({look, w.cell}) && !failed.contains(look))
            return w;
    return std::nullopt;
}

/// Takes what is most urgent of the newest list until all of it is there.
void Thumbnails::State::work(JobControl& control) {
    while (true) {
        ThumbnailRequest request;
        Wanted what;
        std::uint64_t look = 0;
        {
            const std::lock_guard lock(mutex);
            const auto found = next();
            if (!found) {
                working = false;
                return;
            }
            what = *found;
            const auto& r = requests[what.request];
            request = {r.model, r.look, {}};
            look = request_look[what.request];
        }
        const ops::Stopwatch watch;
        std::string why;
        const auto picture = rendered(request, what.cell, control, why);
        {
            const std::lock_guard lock(mutex);
            if (picture) {
                keep({look, what.cell}, *picture);
                ms = watch.ms();
            } else if (std::find(request_look.begin(), request_look.end(), look) != request_look.end()) {
                failed.insert(look);
                error = why;
            }
        }
        if (notify) notify();
    }
}

Thumbnails::Thumbnails(std::function<void()> notify, std::function<bool()> busy, std::size_t most_bytes)
    : state_(std::make_unique<State>()) {
    state_->notify = std::move(notify);
    state_->most_bytes = most_bytes;
    state_->queue = std::make_unique<JobQueue>(std::function<void()>{}, std::move(busy));
}

Thumbnails::~Thumbnails() { state_->queue.reset(); }

void Thumbnails::want(std::vector<ThumbnailRequest> requests) {
    auto& s = *state_;
    {
        const std::lock_guard lock(s.mutex);
        if (requests == s.requests) return;
        s.requests = std::move(requests);
        s.request_look.clear();
        for (const auto& r : s.requests) s.request_look.push_back(s.number_of(r.look));
        s.wanted = in_turns(s.requests);
        s.look_at_wanted();
        s.error.clear();
        s.failed.clear();
        if (s.working || !s.next()) return;
        s.working = true;
    }
    s.queue->submit(kJob, "Thumbnails", [&s](JobControl& control) {
        try {
            s.work(control);
        } catch (const JobCancelled&) { // the end
            const std::lock_guard lock(s.mutex);
            s.working = false;
        }
    });
}

std::shared_ptr<const Raster> Thumbnails::find(const ThumbnailLook& look, const GridCell& cell) {
    auto& s = *state_;
    const std::lock_guard lock(s.mutex);
    const auto number = s.find_look(look);
    if (!number) return nullptr;
    const auto found = s.kept.find({*number, cell});
    if (found == s.kept.end()) return nullptr;
    s.used.splice(s.used.begin(), s.used, found->second.place);
    return found->second.picture;
}

Thumbnails::Progress Thumbnails::progress() const {
    const auto& s = *state_;
    const std::lock_guard lock(s.mutex);
    Progress out;
    out.wanted = static_cast<int>(s.wanted.size());
    for (const auto& w : s.wanted) out.done += s.kept.contains({s.request_look[w.request], w.cell}) ? 1 : 0;
    out.ms = s.ms;
    out.bytes = s.bytes;
    out.error = s.error;
    return out;
}

} // namespace unstuck::engine
