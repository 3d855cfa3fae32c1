#pragma once
#include "app/plots.hpp"
#include "app/theme.hpp"
#include "app/ui_state.hpp"
#include "app/widgets.hpp"

#include <fmt/format.h>
#include <imgui.h>

// What the instruments have in common: the line with start, live, options and what is going on; and how a side's part
// begins.
namespace unstuck::app {

/// How a measurement stands.
struct Progress {
    engine::JobStatus job; ///< `key` empty: never started.
    bool running = false;
    bool current = false; ///< What there is belongs to what is on the screen.
    bool any = false;     ///< There is a result of some kind.
};

/// What is going on, in a few words. `outdated`: what changed when the result is not of what is on the screen any more.
void progress_text(const Progress& progress, const char* outdated);

/// Draws Start or Cancel, Live, Options, Copy CSV, `more` if there is any, and what is going on. `options` draws the
/// popup's rows, `csv` is what is copied.
struct InstrumentLine {
    bool start = false, cancel = false;
};
InstrumentLine instrument_line(PanelContext& c, const Progress& progress, bool& live,
                               const std::function<void()>& options, const std::function<std::string()>& csv,
                               const std::function<void()>& more = {});

/// Below the line when there is nothing to show: why. True when there is a reason.
bool nothing_to_show(const PanelContext& c, const Progress& progress);

/// How an instrument's measurement stands, and whether it is of these subjects.
template <class Settings>
Progress progress_of(const PanelContext& c, const Instrument<Settings>& it, const engine::Subjects& subjects) {
    Progress p;
    p.job = c.jobs.status(engine::job_key<Settings>());
    p.running = !p.job.key.empty() && !p.job.over();
    p.current = it.run.is_of(subjects) && it.run.settings == it.settings;
    for (auto side : engine::kSides) p.any = p.any || it.run.result(side);
    return p;
}

/// The common course of an instrument: starts, cancels, follows what changes. Returns how it stands.
template <class Settings>
Progress run_instrument(PanelContext& c, Instrument<Settings>& it, const engine::Subjects& subjects,
                        const std::function<void()>& options, const std::function<std::string()>& csv,
                        const std::function<void()>& more = {}) {
    const auto* key = engine::job_key<Settings>();
    auto p = progress_of(c, it, subjects);
    const auto line = instrument_line(c, p, it.live, options, csv, more);
    const bool any_model = c.loaded[0] || c.loaded[1];
    if (line.cancel) c.jobs.cancel(key);
    if (any_model && (line.start || (it.live && !p.current))) {
        it.run = engine::start(c.jobs, subjects, it.settings);
        p = {c.jobs.status(key), true, true, false};
    }
    return p;
}

/// The same for what is on the screen, with numbers as a table.
template <class Settings>
Progress run_instrument(PanelContext& c, Instrument<Settings>& it, const std::function<void()>& options,
                        const std::function<Table()>& table) {
    return run_instrument(c, it, engine::subjects_of(c.scene, c.loaded), options, [&] { return to_csv(table()); });
}

/// "A  model's title", in the side's colour.
void side_heading(const PanelContext& c, engine::Side side);

/// Why a side has no result; empty when it should have one.
std::string why_nothing(const PanelContext& c, engine::Side side);

} // namespace unstuck::app
