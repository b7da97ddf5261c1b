// SPDX-License-Identifier: GPL-3.0-or-later
// What the window knows of the run and what it has under way, as plain values.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/session/live_run.h"

namespace vitrine::gui {

/// What the window knows of the run; `Opening` lasts while data and tapes are made.
enum class RunPhase { None, Opening, Ready, Running, Paused, Finished, Stopped, Failed };

namespace wish {
struct Train {};
struct StepBatch {};
struct StepEntry {};
/// Until the node is computed next.
struct RunToNode {
    std::string node;
};
struct RunToEntry {
    int entry = 0;
};
}  // namespace wish

// What a person wants of a run, which may have to be opened first.
using Wish =
    std::variant<wish::Train, wish::StepBatch, wish::StepEntry, wish::RunToNode, wish::RunToEntry>;

namespace run_machine {

/// Nothing more will be computed or written.
bool isOver(RunPhase phase);

/// While a run is paused over it.
struct SaveTrouble {
    std::optional<Error> why;   ///< none: there is no trouble
    bool hasEndFailed = false;  ///< it was to end: being asked to once more gives it up
    bool waitsForRoom = false;  ///< a full disk: saving is tried again without being asked
    /// Somebody has deleted the folder: trying again is no use.
    bool hasLostFolder() const { return why && why->code == "G01"; }
};

/// The engine's run: the one that goes on, or the last one.
struct OpenRun {
    RunPhase phase = RunPhase::Ready;  ///< as it was last seen; the engine may be further on
    StopPoint stopPoint = {};
    std::string essence = {};     ///< of what it was compiled from
    std::string accepted = {};    ///< of what was drawn when it was gone on with all the same
    bool differs = false;         ///< it is not what is drawn
    bool isEnding = false;        ///< Stop has been said, and its step is being brought to an end
    bool isToEnd = false;         ///< the engine has been told to end it, and takes nothing else
    bool isPausedByHand = false;  ///< the last that a person asked of it is Pause
    SaveTrouble trouble = {};
    int64_t troubleToldAt = -1;  ///< the step
};

/// A new run, of the document as it is when the opening begins.
struct NewRun {};
/// One that lies on disk.
struct ResumedRun {
    std::string folder;
    std::string data = {};   ///< where its data are looked for; empty: where it says itself
    std::string drawn = {};  ///< essence of the document when it was asked for
    /// Why its data were not there, while those of the project are tried.
    std::optional<Error> missing = {};
    std::string device = {};  ///< as RunRequest has it; empty: that of the run
};
using OpenRequest = std::variant<NewRun, ResumedRun>;

// What is under way before a wish can be carried out.

struct Idle {};
/// The present run is being ended: its weights are the next one's, and have not all come yet.
struct Replacing {
    Wish wish;
};
struct WaitingForData {
    Wish wish;
};
/// An opening that nobody wants any more has not ended yet.
struct WaitingForOpener {
    Wish wish;
};
struct Opening {
    OpenRequest request;
    std::optional<Wish> wish;
};
using Start = std::variant<Idle, Replacing, WaitingForData, WaitingForOpener, Opening>;

/// Two halves, as a run that is over stays in sight while the next one is prepared.
struct State {
    std::optional<OpenRun> run = {};
    Start start = {};
    bool hasAbandonedOpening = false;  ///< one that nobody wants any more has not ended yet
    /// Why the last start came to nothing; until the next one, an edit, or the data that it lacked.
    std::optional<Error> refusal = {};

    RunPhase phase() const;
    /// The run, or what is so where there is none.
    const OpenRun& seenRun() const;
};

}  // namespace run_machine
}  // namespace vitrine::gui
