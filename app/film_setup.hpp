#pragma once
#include "app/recorder_state.hpp"
#include "core/engine/record.hpp"
#include "core/engine/session.hpp"

#include <array>
#include <memory>
#include <string>

namespace unstuck::app {

// From what stands in the window to a film: plain functions, tested without one.

bool has_timeline(const engine::Session& session); ///< Something is keyed.

/// What is filmed: as chosen, where the session has that, else what it has.
FilmOf film_of(const engine::Session& session, const RecorderChoices& choices);

/// Why no film can be made of it, and what to do; empty when one can.
std::string why_nothing_moves(const engine::Session& session);

/// Length and pace of the film that would be made, and how they are set: a timeline's keyframes move along. The film
/// keeps its seconds when its frames per second change.
engine::Clock film_clock(const engine::Session& session, const RecorderChoices& choices);
void set_film_frames(engine::Session& session, RecorderState& state, int frames);
void set_film_fps(engine::Session& session, RecorderState& state, double fps);

/// The film of the session as it is now, without a device or networks. Ready-made motions stay what they are: only who
/// makes the film knows the networks for sure, which may still be on their way into the window.
engine::FilmRequest film_request(const engine::Session& session, const RecorderState& state);

/// Where the film goes: reads the disk. `folder` where the choices name none.
FilmTarget film_target(const RecorderState& state, const std::string& folder);

/// Brings the state's target up to date. What may be replaced is one film: another target takes that back.
void look_at_target(RecorderState& state, const std::string& folder);

/// `unstuck record ...` that makes the film that `request_file` tells of. Names are quoted for a shell.
std::string film_command(const std::string& request_file, const std::string& out, const engine::DeviceChoice& device);

std::string bytes_text(std::uint64_t bytes); ///< "312 kB", "4.5 MB", "1.2 GB"
std::string duration_text(double seconds);   ///< "0:07", "12:40", "1:02:03"; rounded up.

} // namespace unstuck::app
