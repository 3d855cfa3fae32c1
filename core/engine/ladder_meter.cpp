// What each step of the ladder does to a network.
#include "core/engine/meters.hpp"
#include "core/model/edit_presets.hpp"

namespace unstuck::engine {

namespace {

/// The columns one after the other, each from the first rung down: the cheap one is there before the dear ones begin.
class LadderMeter final : public Meter {
  public:
    LadderMeter(const Subject& subject, const LadderSettings& settings, Sink<LadderSettings> sink)
        : subject_(subject), s_(settings), sink_(std::move(sink)),
          ladder_(model::aliasing_ladder(subject.model->generator->synthesis().sampling())) {
        require(s_.samples > 0, "ladder: at least 1 sample");
        require(!s_.rotation || s_.rotation_samples > 0, "ladder: at least 1 rotation");
        require(!s_.sticking || s_.views >= 2, "ladder: at least 2 views");
        require(!ladder_.empty(), "the ladder takes back an alias-free network's measures; this one has none of them");
        subject_.latent = LatentState{};
        subject_.latent.x = s_.seed;
        result_.rungs.resize(ladder_.size());
        for (const auto column : {Column::fractional, Column::rotation, Column::sticking})
            for (std::size_t rung = 0; rung < ladder_.size(); ++rung)
                for (int i = 0; i < samples_of(column); ++i) plan_.push_back({column, rung, i});
    }
    int steps() const override { return static_cast<int>(plan_.size()); }

    void step(int index) override {
        const auto& at = plan_[static_cast<std::size_t>(index)];
        if (at.sample == 0) begin(at);
        meter_->step(at.sample);
        auto& rung = result_.rungs[at.rung];
        if (at.column == Column::sticking)
            rung.sticking = sticking_->get();
        else if (at.column == Column::fractional)
            rung.fractional = eq_->get()->reading[static_cast<std::size_t>(EqMetric::fractional)];
        else
            rung.rotation = eq_->get()->reading[static_cast<std::size_t>(EqMetric::rotation)];
        sink_->set(result_);
    }

  private:
    enum class Column { fractional, rotation, sticking };
    struct Step {
        Column column;
        std::size_t rung;
        int sample;
    };

    int samples_of(Column column) const {
        if (column == Column::fractional) return s_.samples;
        if (column == Column::rotation) return s_.rotation ? s_.rotation_samples : 0;
        return s_.sticking ? s_.views : 0;
    }

    void begin(const Step& at) {
        subject_.edits = ladder_[at.rung].edits;
        if (at.column == Column::sticking) {
            sticking_ = std::make_shared<Published<StickingResult>>();
            meter_ = make_meter(subject_, StickingSettings{.views = s_.views, .seed = s_.seed}, sticking_);
            return;
        }
        const bool rotation = at.column == Column::rotation;
        EqSettings eq{.samples = samples_of(at.column), .seed = s_.seed, .fresh_latents = true};
        eq.metrics = {false, !rotation, rotation};
        eq.pictures = EqMetric::translation; // is not measured: none are kept
        eq_ = std::make_shared<Published<EqResult>>();
        meter_ = make_meter(subject_, eq, eq_);
    }

    Subject subject_;
    LadderSettings s_;
    Sink<LadderSettings> sink_;
    std::vector<model::LadderStep> ladder_;
    std::vector<Step> plan_;
    std::unique_ptr<Meter> meter_; ///< Of the column and rung at hand, publishing to one of these.
    Sink<EqSettings> eq_;
    Sink<StickingSettings> sticking_;
    LadderResult result_;
};

} // namespace

std::unique_ptr<Meter> make_meter(const Subject& subject, const LadderSettings& settings, Sink<LadderSettings> sink) {
    return std::make_unique<LadderMeter>(subject, settings, std::move(sink));
}

} // namespace unstuck::engine
