// What many pictures of one model tell together: sticking, the average over a neighbourhood, a line over time.
#include "core/engine/meters.hpp"
#include "core/latent/seed_w.hpp"
#include "core/measure/running_moments.hpp"
#include "core/measure/sticking.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace unstuck::engine {

namespace {

class StickingMeter final : public Meter {
  public:
    StickingMeter(const Subject& subject, const StickingSettings& settings, Sink<StickingSettings> sink)
        : rendering_(subject), sink_(std::move(sink)) {
        if (settings.views < 2) throw std::invalid_argument("sticking index: at least 2 views");
        const auto side = rendering_.resolution();
        result_.range_px = measure::sticking_range_px(side, side);
        moves_ = measure::sticking_moves(settings.views, result_.range_px, settings.seed);
    }
    int steps() const override { return static_cast<int>(moves_.size()); }

    void step(int index) override {
        const auto& m = moves_[static_cast<std::size_t>(index)];
        const double side = rendering_.resolution();
        const auto inverse = measure::inverse_transform(measure::EqKind::fractional, {m.dx / side, m.dy / side, 0});
        meter_.add(measure::luminance(rendering_.picture(inverse)), m);
        const auto r = meter_.read();
        const bool measured = r.state == measure::ReadingState::measured;
        result_.state = r.state;
        result_.index = r.index;
        result_.floor = r.floor;
        result_.views = r.views;
        result_.not_finite = r.not_finite;
        result_.history.push_back(measured ? r.index : std::numeric_limits<double>::quiet_NaN());
        sink_->set(result_);
    }

  private:
    Rendering rendering_;
    Sink<StickingSettings> sink_;
    std::vector<measure::PixelMove> moves_;
    measure::StickingIndex meter_;
    StickingResult result_;
};

double detail_power(const at::Tensor& grey) { return measure::detail(grey).square().mean().item<double>(); }

/// Row 0 of w is held: it draws the pose.
bool locked_pose(const Subject& subject) {
    return subject.latent.lock_pose && subject.model->generator->config().family == model::Family::alias_free;
}

class AverageMeter final : public Meter {
  public:
    AverageMeter(const Subject& subject, const AverageSettings& settings, Sink<AverageSettings> sink)
        : rendering_(subject), class_(subject.latent.class_index), first_row_(locked_pose(subject) ? 1 : 0),
          s_(settings), sink_(std::move(sink)) {
        if (s_.count < 1) throw std::invalid_argument("average: at least 1 picture");
        if (!(s_.sigma >= 0)) throw std::invalid_argument("average: sigma must not be negative");
    }
    int steps() const override { return s_.count; }

    void step(int index) override {
        const auto& g = rendering_.generator();
        auto input = rendering_.input();
        const auto w = latent::seed_w(g, s_.seed + static_cast<std::uint32_t>(index), class_);
        input.ws = input.ws.clone();
        input.ws.slice(1, first_row_).add_(((w - g.w_avg()) * s_.sigma).unsqueeze(1));
        const auto picture = rendering_.picture(input, model::kIdentity3)[0];
        if (!at::isfinite(picture).all().item<bool>())
            throw std::runtime_error("a picture of the neighbourhood is not finite");
        moments_.add(picture);
        detail_sum_ += detail_power(measure::luminance(picture.to(at::kDouble)));
        publish();
    }

  private:
    void publish() {
        AverageResult r;
        r.count = static_cast<int>(moments_.count());
        r.mean = to_image(moments_.mean());
        const auto deviation = moments_.variance().mean({0}, true).sqrt();
        r.deviation = to_image(deviation);
        r.largest_deviation = deviation.max().item<double>();
        if (detail_sum_ > 0)
            r.detail_left = detail_power(measure::luminance(moments_.mean())) / (detail_sum_ / r.count);
        sink_->set(std::move(r));
    }

    Rendering rendering_;
    int class_;
    int first_row_; ///< That the neighbourhood changes: a locked pose stays.
    AverageSettings s_;
    Sink<AverageSettings> sink_;
    measure::RunningMoments moments_;
    double detail_sum_ = 0;
};

/// Pixel positions along a line of a side x side picture, one per pixel of its length.
std::vector<std::array<double, 2>> line_positions(const ScanSettings& s, int side) {
    const double dx = (s.x1 - s.x0) * side, dy = (s.y1 - s.y0) * side;
    const int n = std::max(static_cast<int>(std::lround(std::hypot(dx, dy))), 1);
    std::vector<std::array<double, 2>> out(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) {
        const double t = (i + 0.5) / n; // a horizontal line across the picture meets every pixel's centre
        out[static_cast<std::size_t>(i)] = {s.x0 * side + t * dx - 0.5, s.y0 * side + t * dy - 0.5};
    }
    return out;
}

class ScanMeter final : public Meter {
  public:
    ScanMeter(const Subject& subject, const ScanSettings& settings, Sink<ScanSettings> sink)
        : rendering_(subject), latent_(subject.latent), s_(settings), sink_(std::move(sink)),
          line_(line_positions(settings, rendering_.resolution())) {
        if (s_.steps < 2) throw std::invalid_argument("slit-scan: at least 2 rows");
        auto& image = result_.image;
        image.width = static_cast<int>(line_.size());
        image.height = s_.steps;
        image.channels = rendering_.generator().config().img_channels;
        image.pixels.assign(
            static_cast<std::size_t>(image.channels) * line_.size() * static_cast<std::size_t>(s_.steps), -1.0f);
    }
    int steps() const override { return s_.steps; }

    void step(int row) override {
        const auto picture = to_image(picture_at(row)[0]);
        auto& image = result_.image;
        for (int c = 0; c < image.channels; ++c)
            for (std::size_t i = 0; i < line_.size(); ++i)
                image.pixels[(static_cast<std::size_t>(c) * static_cast<std::size_t>(image.height) +
                              static_cast<std::size_t>(row)) *
                                 line_.size() +
                             i] = sample(picture, c, line_[i]);
        result_.rows = row + 1;
        sink_->set(result_);
    }

  private:
    at::Tensor picture_at(int row) const {
        const double t = static_cast<double>(row) / (s_.steps - 1), swing = s_.amount * (2 * t - 1);
        using measure::EqKind;
        switch (s_.motion) {
        case ScanMotion::translation:
            return rendering_.picture(
                measure::inverse_transform(EqKind::fractional, {.tx = swing / rendering_.resolution()}));
        case ScanMotion::rotation:
            return rendering_.picture(
                measure::inverse_transform(EqKind::rotation, {.angle_rad = swing * std::numbers::pi / 180}));
        case ScanMotion::latent: break;
        }
        auto latent = latent_;
        latent.x += s_.amount * t;
        return rendering_.picture(rendering_.at_latent(latent), model::kIdentity3);
    }
    /// Bilinear; beyond the edge pixels' centres the edge goes on.
    static float sample(const Image& image, int channel, const std::array<double, 2>& at) {
        const double x = std::clamp(at[0], 0.0, image.width - 1.0), y = std::clamp(at[1], 0.0, image.height - 1.0);
        const int left = std::min(static_cast<int>(x), image.width - 2 < 0 ? 0 : image.width - 2),
                  top = std::min(static_cast<int>(y), image.height - 2 < 0 ? 0 : image.height - 2);
        const int right = std::min(left + 1, image.width - 1), bottom = std::min(top + 1, image.height - 1);
        const auto row = [&](int j) {
            return std::lerp(static_cast<double>(image.at(channel, left, j)),
                             static_cast<double>(image.at(channel, right, j)), x - left);
        };
        return static_cast<float>(std::lerp(row(top), row(bottom), y - top));
    }

    Rendering rendering_;
    LatentState latent_;
    ScanSettings s_;
    Sink<ScanSettings> sink_;
    std::vector<std::array<double, 2>> line_;
    ScanResult result_;
};

} // namespace

std::unique_ptr<Meter> make_meter(const Subject& subject, const StickingSettings& settings,
                                  Sink<StickingSettings> sink) {
    return std::make_unique<StickingMeter>(subject, settings, std::move(sink));
}
std::unique_ptr<Meter> make_meter(const Subject& subject, const AverageSettings& settings, Sink<AverageSettings> sink) {
    return std::make_unique<AverageMeter>(subject, settings, std::move(sink));
}
std::unique_ptr<Meter> make_meter(const Subject& subject, const ScanSettings& settings, Sink<ScanSettings> sink) {
    return std::make_unique<ScanMeter>(subject, settings, std::move(sink));
}

} // namespace unstuck::engine
