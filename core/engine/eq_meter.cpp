// Equivariance of one latent: live metrics, every layer's, and maps over the move.
#include "core/engine/meters.hpp"
#include "core/measure/layer_equivariance.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <limits>
#include <numbers>

namespace unstuck::engine {

using measure::EqMove;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::shared_ptr<const EqPictures> pictures_of(EqMetric metric, const EqMove& move, const measure::EqViews& views) {
    auto out = std::make_shared<EqPictures>();
    out->metric = metric;
    out->tx = move.tx;
    out->ty = move.ty;
    out->angle_rad = move.angle_rad;
    out->reference = to_image(views.reference[0]);
    out->moved = to_image(views.moved[0]);
    out->error = to_image(((views.moved - views.reference) * views.mask)[0]);
    out->mask = to_image(views.mask[0].slice(0, 0, 1));
    return out;
}

class EqMeter final : public Meter {
  public:
    EqMeter(const Subject& subject, const EqSettings& settings, Sink<EqSettings> sink)
        : rendering_(subject), s_(settings), sink_(std::move(sink)) {
        require(s_.samples > 0, "equivariance: at least 1 sample");
        if (!s_.fresh_latents) original_ = rendering_.picture(model::kIdentity3);
    }
    int steps() const override { return s_.samples; }

    void step(int index) override {
        auto input = rendering_.input();
        auto original = original_;
        if (s_.fresh_latents) {
            const auto seed = s_.seed + static_cast<std::uint32_t>(index);
            input = rendering_.with_edits(measure::eq_input(rendering_.generator(), seed));
            original = rendering_.picture(input, model::kIdentity3);
        }
        for (const auto metric : kEqMetrics)
            if (s_.metrics[static_cast<std::size_t>(metric)]) take(metric, index, input, original);
        result_.samples = index + 1;
        sink_->set(result_);
    }

  private:
    void take(EqMetric metric, int index, const model::SynthesisInput& input, const at::Tensor& original) {
        const auto kind = eq_kind(metric);
        const auto i = static_cast<std::size_t>(metric);
        const auto side = rendering_.resolution();
        const auto move = measure::draw_move(kind, s_.seed, static_cast<std::uint64_t>(index), side, side);
        const auto moved = rendering_.picture(input, measure::inverse_transform(kind, move));
        const auto views = measure::eq_views(kind, original, moved, move);
        pools_[i].add(measure::eq_sample(views));
        result_.reading[i] = pools_[i].read();
        if (metric == s_.pictures) result_.pictures = pictures_of(metric, move, views);
    }

    Rendering rendering_;
    EqSettings s_;
    Sink<EqSettings> sink_;
    at::Tensor original_;
    std::array<measure::EqPool, 3> pools_;
    EqResult result_;
};

class LayersMeter final : public Meter {
  public:
    LayersMeter(const Subject& subject, const LayersSettings& settings, Sink<LayersSettings> sink)
        : rendering_(subject), s_(settings), sink_(std::move(sink)) {
        require(s_.samples > 0, "layers: at least 1 sample");
        for (const auto& l : rendering_.generator().synthesis().layers()) result_.layers.push_back({l.name, {}});
        pools_.resize(result_.layers.size());
    }
    int steps() const override { return s_.samples; }

    void step(int index) override {
        const auto side = rendering_.resolution();
        const auto move =
            measure::draw_move(measure::EqKind::fractional, s_.seed, static_cast<std::uint64_t>(index), side, side);
        const auto all = measure::all_layers_equivariance(rendering_.generator().synthesis(), rendering_.input(), move);
        for (std::size_t i = 0; i < all.size(); ++i) {
            pools_[i].add(all[i].sample);
            result_.layers[i].reading = pools_[i].read();
        }
        result_.samples = index + 1;
        sink_->set(result_);
    }

  private:
    Rendering rendering_;
    LayersSettings s_;
    Sink<LayersSettings> sink_;
    std::vector<measure::EqPool> pools_;
    LayersResult result_;
};

/// One picture under many moves, each compared on its own.
class MoveMeter : public Meter {
  protected:
    explicit MoveMeter(const Subject& subject)
        : rendering_(subject), original_(rendering_.picture(model::kIdentity3)) {}

    double db_of(measure::EqKind kind, const EqMove& move) const {
        const auto moved = rendering_.picture(measure::inverse_transform(kind, move));
        return single_db(measure::eq_sample(measure::eq_views(kind, original_, moved, move)));
    }

  private:
    Rendering rendering_;
    at::Tensor original_;
};

/// The cells of an n x n grid, n = 2^k + 1: the corners first, then at half the distance, and so on.
std::vector<std::size_t> coarse_to_fine(int n) {
    std::vector<std::size_t> order;
    const int coarsest = n - 1;
    for (int step = coarsest; step > 0; step /= 2)
        for (int y = 0; y < n; y += step)
            for (int x = 0; x < n; x += step)
                if (step == coarsest || x % (2 * step) != 0 || y % (2 * step) != 0)
                    order.push_back(static_cast<std::size_t>(y) * static_cast<std::size_t>(n) +
                                    static_cast<std::size_t>(x));
    return order;
}

class MapMeter final : public MoveMeter {
  public:
    MapMeter(const Subject& subject, const MapSettings& settings, Sink<MapSettings> sink)
        : MoveMeter(subject), sink_(std::move(sink)) {
        const int n = settings.cells;
        require(n >= 3 && n <= 257 && ((n - 1) & (n - 2)) == 0, "map: 3, 5, 9, 17, .. cells per side");
        order_ = coarse_to_fine(n);
        result_.cells = n;
        result_.db.assign(order_.size(), static_cast<float>(kNaN));
    }
    int steps() const override { return static_cast<int>(order_.size()); }

    void step(int index) override {
        const auto cell = order_[static_cast<std::size_t>(index)];
        const auto n = static_cast<std::size_t>(result_.cells);
        const EqMove move{.tx = result_.translation(static_cast<int>(cell % n)),
                          .ty = result_.translation(static_cast<int>(cell / n))};
        result_.db[cell] = static_cast<float>(db_of(measure::EqKind::fractional, move));
        result_.done = index + 1;
        sink_->set(result_);
    }

  private:
    Sink<MapSettings> sink_;
    std::vector<std::size_t> order_;
    MapResult result_;
};

class AnglesMeter final : public MoveMeter {
  public:
    AnglesMeter(const Subject& subject, const AnglesSettings& settings, Sink<AnglesSettings> sink)
        : MoveMeter(subject), sink_(std::move(sink)) {
        const int n = settings.angles;
        require(n >= 4 && n <= 4096 && (n & (n - 1)) == 0, "angles: a power of two from 4 on");
        result_.db.assign(static_cast<std::size_t>(n), kNaN);
    }
    int steps() const override { return static_cast<int>(result_.db.size()); }

    void step(int index) override {
        // Van der Corput's order: each power of two is a full circle.
        std::size_t at = 0;
        for (std::size_t bit = 1, half = result_.db.size() / 2; half > 0; bit *= 2, half /= 2)
            if (static_cast<std::size_t>(index) & bit) at += half;
        const double turns = static_cast<double>(at) / static_cast<double>(result_.db.size());
        result_.db[at] = db_of(measure::EqKind::rotation, {.angle_rad = 2 * std::numbers::pi * turns});
        result_.done = index + 1;
        sink_->set(result_);
    }

  private:
    Sink<AnglesSettings> sink_;
    AnglesResult result_;
};

} // namespace

std::vector<float> MapResult::filled() const {
    auto out = db;
    const auto at = [&](int x, int y) {
        return db[static_cast<std::size_t>(y) * static_cast<std::size_t>(cells) + static_cast<std::size_t>(x)];
    };
    for (int y = 0; y < cells; ++y)
        for (int x = 0; x < cells; ++x)
            for (int step = 2; std::isnan(at(x, y)) && step < cells; step *= 2) {
                const float near = at((x + step / 2) / step * step, (y + step / 2) / step * step);
                if (std::isnan(near)) continue;
                out[static_cast<std::size_t>(y) * static_cast<std::size_t>(cells) + static_cast<std::size_t>(x)] = near;
                break;
            }
    return out;
}

std::unique_ptr<Meter> make_meter(const Subject& subject, const EqSettings& settings, Sink<EqSettings> sink) {
    return std::make_unique<EqMeter>(subject, settings, std::move(sink));
}
std::unique_ptr<Meter> make_meter(const Subject& subject, const LayersSettings& settings, Sink<LayersSettings> sink) {
    return std::make_unique<LayersMeter>(subject, settings, std::move(sink));
}
std::unique_ptr<Meter> make_meter(const Subject& subject, const MapSettings& settings, Sink<MapSettings> sink) {
    return std::make_unique<MapMeter>(subject, settings, std::move(sink));
}
std::unique_ptr<Meter> make_meter(const Subject& subject, const AnglesSettings& settings, Sink<AnglesSettings> sink) {
    return std::make_unique<AnglesMeter>(subject, settings, std::move(sink));
}

} // namespace unstuck::engine
