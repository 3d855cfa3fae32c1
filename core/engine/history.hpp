#pragma once
#include "core/engine/session.hpp"

#include <cstdint>
#include <vector>

namespace unstuck::engine {

/// `now`, with each field in which `from` and `to` differ set to what `to` has; all other fields stay as they are. Of a
/// scene these are the fields of its JSON (lists count as one), of the rest of a session its members.
Scene with_changes(const Scene& now, const Scene& from, const Scene& to);
Session with_changes(const Session& now, const Session& from, const Session& to);

/// What changed from one session to the next in a few words, as a menu shows it: "latent x", "edits of L3_84_40",
/// "3 fields". Empty when nothing did.
std::string change_label(const Session& from, const Session& to);

/// The steps of undo over a session. What is a step, and when a gesture has ended, is for the caller to say (`commit`);
/// what is none:
///   - the view's zoom and pan: going back through them would hide what was changed. The layout and all else counts;
///   - `playing`, `time`, and fields that the motion's tracks key: these belong to the clock and to the timeline;
///   - what moves by itself, as the caller reports it (`absorb`);
///   - a thumbnail that arrives after its bookmark.
/// A step is kept as what it changed. Undoing takes that back and leaves alone what has moved since: an animation goes
/// on from where it is.
class History {
  public:
    explicit History(Session start = {}) : present_(std::move(start)) {}

    /// The session after a gesture. Where it differs from the last one, that is a step, and what was undone is gone.
    /// Returns whether there was a step. `label` names it instead of change_label().
    bool commit(const Session& now, std::string label = {});

    /// `from` became `to` without the user's doing; also in the middle of a gesture.
    void absorb(const Scene& from, const Scene& to);

    /// Goes on from here without steps.
    void restart(Session start);

    bool can_undo() const { return at_ > 0; }
    bool can_redo() const { return at_ < steps_.size(); }
    std::string undo_label() const; ///< Empty when there is none.
    std::string redo_label() const;

    /// The session a step earlier or later; `now` when there is none.
    Session undo(const Session& now);
    Session redo(const Session& now);

    /// The file that the session is saved as; empty: none. `commit_file` is a step to the session of another file (or
    /// of none): undoing it brings the earlier name back as well, so that saving does not write one session over
    /// another.
    const std::string& file() const { return file_; }
    void commit_file(const Session& now, std::string file, std::string label);

    /// The session as it is now lies in that file. Any step away from here makes it unsaved, the way back saved.
    void mark_saved(std::string file);
    bool saved() const { return saved_ == mark(); }

    std::size_t steps() const { return steps_.size(); } ///< To undo and to redo.
    static constexpr std::size_t kMostSteps = 200;

  private:
    struct Step {
        std::uint64_t id = 0;
        Session before, after;
        std::string label;
        bool changes_file = false;
        std::string file_before, file_after;
    };
    static constexpr std::uint64_t kNever = ~0ull; ///< No step has this id.
    std::uint64_t mark() const { return at_ > 0 ? steps_[at_ - 1].id : first_; }
    void push(Step step);

    Session present_; ///< As of the last step, moved along with all that is no step.
    std::vector<Step> steps_;
    std::size_t at_ = 0; ///< Steps before this one are done, the others undone.
    std::uint64_t next_ = 1, first_ = 0;
    std::uint64_t saved_ = 0;
    std::string file_;
};

} // namespace unstuck::engine
