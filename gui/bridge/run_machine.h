// SPDX-License-Identifier: GPL-3.0-or-later
// The run as a state machine: what may happen, and what is to be done then. Needs no thread, no
// timer and no event loop; RunController has those.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gui/bridge/run_state.h"

namespace vitrine::gui::run_machine {

/// What is so at the moment of an event.
struct Facts {
    RunPhase engine = RunPhase::None;  ///< of the run by the engine's word; None: there is no run
    bool hasNodes = true;
    bool hasData = true;  ///< those that the document asks for now
};

namespace event {
// A person asks for something.
struct Wanted {
    Wish wish;
    std::string drawn;  ///< essence of the document; need not be known where there is no run
    Facts now;
};
struct PauseWanted {};
struct StepBackWanted {};
struct StopWanted {
    Facts now;
};
struct FreshWeightsWanted {};
struct ResumeWanted {
    std::string folder;
    std::string data;  ///< folder; empty: where the run says itself
    std::string drawn;
    Facts now;
};
struct PastWeightsWanted {
    std::string folder;
    Facts now;
};
/// A file of a run could not be read.
struct PastWeightsRefused {
    Error why;
};
struct PastWeightsRead {
    Facts now;
};

// The document.
struct DocumentReplaced {};
struct DocumentEdited {
    std::string drawn;
};

// Work in the background.
struct DataCame {};  ///< and they are good
struct DataSettled {
    Facts now;
    std::optional<Error> why = {};  ///< why there are none
};
struct Opened {
    std::string essence;  ///< of what it was compiled from
    std::string drawn;
    Facts now;
};
struct OpeningFailed {
    Error why;
    std::string dataOfProject;  ///< folder; empty: it has none
    Facts now;
};

// The engine.
struct EngineSeen {
    RunPhase phase = RunPhase::None;
    StopPoint stopPoint = {};  ///< where it is paused
};
/// The device of the run is lost, which is worth another try.
struct DeviceLost {
    std::string folder;
    std::string drawn;
    std::optional<Wish> wish;  ///< what it was doing
    std::string device = {};   ///< that is chosen by now
};
/// A copy of the run's weights has come, or it is known that none will.
struct WeightsCame {
    Facts now;
};
struct SaveFailed {
    Error why;
    int64_t step = 0;
};
/// Some time after Do::LookForRoom.
struct RoomLookedFor {
    RunPhase engine = RunPhase::None;
    bool isInTrouble = false;
};

/// The window closes, and nothing is under way any more.
struct ShutDown {};
}  // namespace event

using Event =
    std::variant<event::Wanted, event::PauseWanted, event::StepBackWanted, event::StopWanted,
                 event::FreshWeightsWanted, event::ResumeWanted, event::PastWeightsWanted,
                 event::PastWeightsRefused, event::PastWeightsRead, event::DocumentReplaced,
                 event::DocumentEdited, event::DataCame, event::DataSettled, event::Opened,
                 event::OpeningFailed, event::EngineSeen, event::DeviceLost, event::WeightsCame,
                 event::SaveFailed, event::RoomLookedFor, event::ShutDown>;

namespace effect {
/// A part of the state has become another one.
enum class Tell { Phase, StopPoint, Differs, Ending, CannotSave, Refusal };
/// A command to the engine's run.
enum class Command { Start, Pause, StepBack, Stop, AskWeights };
enum class Do {
    WantData,
    AbandonData,
    AbandonOpening,  ///< it ends soon, with a run or without
    TakeOpened,      ///< what has been opened is the run now
    DropOpened,
    RetireRun,        ///< it goes on until it is saved
    GiveUpRun,        ///< unsaved; what is known of its weights stays
    DropRun,          ///< it is over
    TakePastWeights,  ///< curves and weights of what has been read take the run's place
    ShowPastWeights,  ///< all that follows
    DropPastWeights,  ///< they come too late
    ForgetWeights,
    ForgetProject,   ///< weights and whatever else was of the document that is gone
    WeightsAreLost,  ///< those of a run that has failed may hold what is not finite
    RunIsOver,       ///< what waited for its end goes on
    ShowTape,
    LookForRoom,  ///< event::RoomLookedFor in a while
    SayUnsaved,
    ShowFresh  ///< that there are no weights any more
};
/// All that follows where a run has been taken.
struct ShowOpened {
    bool isResumed = false;
};
struct Open {
    OpenRequest request;
};
struct CarryOut {
    Wish wish;
};
/// A start has come to nothing.
struct Refuse {
    Error why;
};
struct Fail {
    Error why;
};
struct AskForData {
    std::string run;  ///< folder
    Error why;
};
struct ReadPastWeights {
    std::string folder;
};
}  // namespace effect

using Effect = std::variant<effect::Tell, effect::Command, effect::Do, effect::ShowOpened,
                            effect::Open, effect::CarryOut, effect::Refuse, effect::Fail,
                            effect::AskForData, effect::ReadPastWeights>;

/// What an event makes of a state, and what is to be done then, in this order.
struct Step {
    State state;
    std::vector<Effect> effects;
};
Step next(State state, const Event& event);

}  // namespace vitrine::gui::run_machine
