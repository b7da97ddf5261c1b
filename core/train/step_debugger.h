// SPDX-License-Identifier: Apache-2.0
// StepDebugger: runs a tape entry by entry, forward and back. It stops where it is asked to, and at
// the entry that made the first number that is not finite; values are looked at and changed on the
// way. What is never edited has the bits of a run that nobody disturbed. A step of training, a
// prediction, gradients: what a tape is for is not known here.
#pragma once

#include <atomic>
#include <optional>
#include <vector>

#include "core/exec/executor.h"
#include "core/exec/team.h"
#include "core/probe/value_snapshot.h"
#include "core/train/breakpoint_flags.h"
#include "core/train/non_finite_search.h"
#include "core/train/step_replay.h"

namespace vitrine {

enum class StopCause : uint8_t {
    None,
    Entry,       ///< it stands where it was sent to
    Breakpoint,  ///< before the first entry of a node
    NonFinite,   ///< `found` has just been made, or was there as the step began
    End          ///< behind the last entry
};

struct DebugStop {
    StopCause cause = StopCause::None;
    NonFinite found = {};
    explicit operator bool() const { return cause != StopCause::None; }
};

/// A step is one way through a tape, from its inputs to its end; it is going on between begin() and
/// end(). Throws DeviceTrouble; where a step stands is not known then. Thread: the one that runs
/// the tapes.
class StepDebugger {
  public:
    /// How far a step goes by itself.
    enum class Until : uint8_t { End, NextEntry, Entry };

    /// `executors`: all tapes that will be stepped, in one memory and with the same states; the
    /// first is the one whose states are edited between steps. `team`: runs again what fusion hid.
    /// `quit`: ends what takes long; null: nothing does. All must outlive this.
    StepDebugger(std::vector<Executor*> executors, Team& team,
                 const std::atomic<bool>* quit = nullptr);

    // At any time.
    /// Memory for the copy of a step's start is taken now where it will be wanted.
    void setStops(const StopRequest& stops);
    const StopRequest& stops() const { return m_stops; }
    /// Holds until it is called again, over the ends of steps. `entry`: of Until::Entry, which
    /// stops before it, and at the end where there is no such entry.
    void goUntil(Until until, int entry = 0);
    /// Does somebody go by hand, and sees what entries make of numbers that are not finite?
    bool isByHand() const { return m_until != Until::End; }
    /// Behind losses numbers that are not finite are no reason to stop: they come from a scale that
    /// is still being looked for.
    void excuseGradients(bool areExcused) { m_excusesGradients = areExcused; }

    // A step.
    /// Inputs and states have been written. A copy of them is kept where stops are armed or
    /// somebody goes by hand. Stops where something is not finite by now and every value is
    /// watched.
    DebugStop begin(Executor& executor);
    void end();
    bool isInside() const { return m_executor != nullptr; }
    /// Where it stands: the entry that runs next, entries() behind the last one, 0 between steps.
    int entry() const { return m_entry; }
    int entries() const { return m_executor->entries(); }
    const Tape& tape() const { return m_executor->tape(); }

    /// Before the next entry, and behind the last: is this a place to stop at? Not again where
    /// standStill() was called.
    DebugStop stopBefore() {
        if ((!m_flags && m_until != Until::Entry) || m_entry == m_standing) return {};
        return stopHere();
    }
    /// The next place where it may stop or looks at what was made.
    int nextStop() const;
    /// Runs the entries up to that place at once.
    void runTo(int place);
    void runEntry() { runTo(m_entry + 1); }
    /// Behind an entry that has just run.
    DebugStop stopBehind() {
        if (!looks() && m_until != Until::NextEntry) return {};
        return stopAtResult();
    }
    /// Stops before and at this place count as seen.
    void standStill() { m_standing = m_executor ? m_entry : -1; }
    /// All three until it stops, at the latest at the end.
    DebugStop run();

    // Back. Each needs the copy of the step's start.
    bool isKept() const { return m_replay.isKept(); }
    bool canStepBack() const { return m_executor && m_entry > 0 && isKept(); }
    /// To before an entry that has run. Gives the edits that were made behind that place: undone.
    std::vector<ValueEdit> goBackTo(int entry);
    std::vector<ValueEdit> stepBack() { return goBackTo(m_entry - 1); }
    struct Cause {
        std::optional<NonFinite> found = {};
        std::vector<ValueEdit> undone = {};  ///< edits made behind the place where it stands now
        bool isBrokenOff = false;            ///< by `quit`
    };
    /// May findCause be asked: is anything watched, and was the cause in this step not shown yet?
    bool mayFindCause() const;
    /// Runs the step again from its start until something that is not finite has been made of
    /// finite numbers, and stands behind the entry that made it; at the end where there is none.
    Cause findCause();
    /// Stands before the first entry. Where no copy is kept the caller writes the inputs again, and
    /// knows that no state has changed.
    void restart();
    /// Does again what was edited at this place. Whoever runs a step again by runEntry calls it
    /// before each entry.
    void redoEdits();

    /// Changes an element of a value that is in memory; between steps, of a state. False where it
    /// is not there.
    bool edit(ValueId value, int64_t element, double number);

    // Values. Where a step stands, and every bit of it, stays as it was.
    /// Inside a step that stands still. What is not in memory is computed again: by its own
    /// operator where fusion hid it, else by running the step again.
    ValueSnapshot value(const ValueQuery& query);
    /// The same without running anything but a fused operator.
    ValueSnapshot valueAtHand(const ValueQuery& query);
    /// Between steps, with inputs written: begins a step up to the place where its value is there,
    /// adds that to an answer that has query, name and type, and puts everything back. False where
    /// there is no memory for it.
    bool lookAhead(Executor& executor, ValueSnapshot& snapshot);
    /// The entry behind the one that makes a value, fused or not; 0 for inputs and states.
    static int placeBehind(const Tape& tape, ValueId value);

  private:
    // step_debugger.cpp
    DebugStop stopHere() const;
    DebugStop stopAtResult();
    DebugStop foundHere(const NonFinite& found);
    bool looks() const { return m_stops.nonFinite == NonFiniteWatch::EveryValue; }
    bool isExcused() const;
    bool quits() const { return m_quit && m_quit->load(std::memory_order_relaxed); }
    void keep(Executor& executor);
    void statesChanged();

    // step_debugger_back.cpp
    void rerunTo(int entry);
    void runOnTo(int entry);
    std::vector<ValueEdit> keepEditsUpTo(int entry);
    bool mayEdit(const Tape& tape, ValueId value, int64_t element) const;

    // step_debugger_look.cpp
    void recompute(ValueSnapshot& snapshot);
    void recomputeFusedInto(ValueSnapshot& snapshot);
    void computeFused(ValueSnapshot& snapshot);
    template <class Look>
    void lookBefore(int entry, Look look);
    template <class Look>
    void lookInside(ValueId value, Look look);
    NonFinite causeInside(const NonFinite& found);

    const std::vector<Executor*> m_executors;
    Memory& m_memory;
    Team& m_team;
    const std::atomic<bool>* const m_quit;

    Executor* m_executor = nullptr;  ///< of the step that is going on; null between steps
    int m_entry = 0;
    Until m_until = Until::End;
    int m_target = 0;     ///< Until::Entry: stops before this one
    int m_standing = -1;  ///< where it stands: a stop there does not count again

    StopRequest m_stops;
    BreakpointFlags m_breakpoints;
    const uint8_t* m_flags = nullptr;  ///< breakpoints of the present step's tape; null = none
    StepReplay m_replay;
    NonFiniteSearch m_search;
    bool m_excusesGradients = false;
    bool m_causeShown = false;  ///< of what is not finite in this step
};

}  // namespace vitrine
