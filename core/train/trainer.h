// SPDX-License-Identifier: Apache-2.0
// Trainer: the state machine that trains a model on its own thread. Commands go in through a queue,
// records and events come out through rings; no lock is shared with whoever watches, and watching
// changes no bit.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "core/data/loader.h"
#include "core/optim/optimizer.h"
#include "core/probe/records.h"
#include "core/probe/ring.h"
#include "core/train/breakpoint_flags.h"
#include "core/train/model.h"
#include "core/train/non_finite_search.h"
#include "core/train/sampler.h"
#include "core/train/snapshot.h"
#include "core/train/step_replay.h"
#include "core/train/stop_point.h"
#include "core/train/trainer_mail.h"

namespace vitrine {

struct TrainSettings {
    int64_t epochs = 1;
    uint64_t seed = 1;
    int threads = 1;
    double learningRate = 0.01;
    const ScheduleDescriptor* schedule = nullptr;
    Attrs scheduleFields;
    Normalisation normalisation;
    double checkpointEverySeconds = 30;  ///< and at every epoch's end
    bool overfitOneBatch = false;        ///< every step takes the first batch of the first epoch
};

enum class TrainerState : uint8_t { Idle, Running, Paused, Finished, Stopped, Failed };

struct Command {
    enum class Kind : uint8_t {
        Start,
        Pause,
        Continue,
        StepOne,
        StepEntry,
        StepBack,
        RunTo,
        EditValue,
        Stop,
        SetLearningRate
    };
    Kind kind = Kind::Start;
    /// SetLearningRate: the new rate at the present step; the schedule goes on from it in
    /// proportion. EditValue: the new number.
    double number = 0;
    int entry = 0;            ///< RunTo
    ValueId value = noValue;  ///< EditValue: of the present tape
    int64_t element = 0;      ///< EditValue: row-major index
};

class Trainer {
  public:
    using SaveCheckpoint = std::function<Result<void>(const Snapshot&)>;
    using SaveResult = std::function<Result<void>()>;

    /// `model` and `data` must outlive the trainer. The thread starts at once and waits for a
    /// command. `save` and `saveResult` are called on it: for checkpoints, and when all epochs are
    /// done.
    Trainer(Model& model, const Dataset& data, TrainSettings settings, SaveCheckpoint save,
            SaveResult saveResult = {});
    ~Trainer();
    Trainer(const Trainer&) = delete;
    Trainer& operator=(const Trainer&) = delete;

    // Any one thread other than the trainer's, before Start.
    /// Puts the run where a snapshot was taken (a copy is made). Errors: C02 naming the first
    /// tensor that is missing or of another shape.
    Result<void> restore(const Snapshot& snapshot);
    /// Takes the states that fit and stays at step 0. How many parameters and statistics it took.
    int64_t takeOver(const Snapshot& snapshot);
    Snapshot snapshot() const;

    // Any one thread.
    /// Drained at entry and step borders.
    void post(const Command& command);
    /// After wake() the trainer looks into its mail as soon as it can.
    TrainerMail& mail() { return m_mail; }
    void wake();
    TrainerState state() const { return m_state.load(std::memory_order_acquire); }
    /// Blocks until the state is Paused, Finished, Stopped or Failed.
    void waitUntilIdle() const;
    /// Ends the thread before the next entry and waits for it. What was reported can still be read.
    void quit();

    bool nextRecord(StepRecord& record) { return m_records.pop(record); }
    bool nextEvent(RunEvent& event) { return m_events.pop(event); }
    int64_t droppedRecords() const { return m_records.dropped(); }
    int64_t totalSteps() const { return m_settings.epochs * m_stepsPerEpoch; }
    int64_t stepsPerEpoch() const { return m_stepsPerEpoch; }
    /// Why a checkpoint or the result could not be written; valid after CheckpointFailed, while
    /// paused.
    const Error& failure() const { return m_failure; }
    /// Where it was last paused.
    StopPoint stopPoint() const;
    /// Entries of the present step's tape and where it stands; only while paused.
    int entry() const { return m_entry; }
    const RunPosition& position() const { return m_position; }
    /// The tape of the step that is going on or was last begun; before the first one a full
    /// batch's.
    const std::shared_ptr<const Tape>& presentTape() const;

    /// Before Start. Called on the trainer's thread at each step's begin and end; null = none.
    struct Hooks {
        void* context = nullptr;
        void (*stepBegin)(void* context) = nullptr;
        void (*stepEnd)(void* context) = nullptr;
    };
    void setHooks(Hooks hooks) { m_hooks = hooks; }

  private:
    /// How far Running goes.
    enum class Until : uint8_t { Stopped, StepEnd, NextEntry, Entry };

    // trainer.cpp: commands, and the way from step to step.
    void work();
    void drain();
    void readMail();
    void apply(const Command& command);
    void goOn(Until until);
    void advance();
    void beginStep();
    Batch nextBatch();
    void writeInputs(const Batch& batch);
    void endStep();
    void betweenSteps(double ended);
    void endEpoch();
    bool evaluate(RunEvent& event);
    bool checkpoint();
    void stop();
    void finish();
    double scheduledRate() const;

    // trainer_step.cpp: inside a step.
    bool runEntries();
    void prepareStops();
    bool stopsBeforeEntry();
    bool stopsAtResult();
    void setStops(const StopRequest& request);
    bool mayPauseHere() const { return !m_member || m_replay.isKept(); }
    void rerunTo(int entry);
    void runOnTo(int entry);
    void stepBack();
    bool findCause();
    void editValue(const Command& command);
    bool mayEdit(const Command& command) const;
    void answer();
    ValueSnapshot answerTo(const ValueQuery& query);

    // trainer_look.cpp: what is not in memory.
    void recompute(ValueSnapshot& snapshot);
    void recomputeFusedInto(ValueSnapshot& snapshot);
    template <class Look>
    void lookBefore(int entry, Look look);
    template <class Look>
    void lookInside(ValueId value, Look look);
    NonFinite causeInside(const NonFinite& found);

    // trainer_report.cpp: what is told.
    static double now();
    void setState(TrainerState state);
    RunEvent eventNow(EventKind kind) const;
    void report(EventKind kind) { m_events.push(eventNow(kind)); }
    void pauseAfter(EventKind kind) { pauseWith(eventNow(kind)); }
    void pauseWith(const RunEvent& event);
    void pauseAt(const NonFinite& found);
    void giveStates();

    Model& m_model;
    const Dataset& m_data;
    const TrainSettings m_settings;
    SaveCheckpoint m_save;
    SaveResult m_saveResult;
    Hooks m_hooks;
    Team m_team;
    Loader m_loader;
    std::unique_ptr<Loader> m_testLoader;
    int64_t m_stepsPerEpoch = 0;

    RunPosition m_position;
    Member* m_member = nullptr;  ///< of the step that is going on; null between steps
    Batch m_batch;               ///< of that step
    int m_entry = 0;
    Until m_until = Until::Stopped;
    int m_target = 0;     ///< Until::Entry: stops before this one
    int m_standing = -1;  ///< where it stands: a stop there does not count again
    double m_rate = 0;
    double m_wantedRate = -1;  ///< a command's, to be applied at the next step's border
    bool m_stopAsked = false;

    StopRequest m_stops;
    BreakpointFlags m_breakpoints;
    const uint8_t* m_flags = nullptr;  ///< breakpoints of the present step's tape; null = none
    StepReplay m_replay;
    NonFiniteSearch m_search;
    bool m_looks = false;       ///< at every result
    bool m_causeShown = false;  ///< of what is not finite in this step

    double m_epochSeconds = 0;
    int64_t m_epochTimedImages = 0;
    double m_stepStarted = 0;  ///< without pauses
    double m_pausedAt = 0, m_lastCheckpoint = 0, m_startedAt = 0;
    Error m_failure;

    TrainerMail m_mail;
    std::atomic<const Member*> m_present;  ///< never null
    Sampler m_sampler;
    struct {
        std::atomic<int64_t> step{0}, epoch{0};
        std::atomic<int> entry{0};
        std::atomic<bool> insideStep{false}, canStepBack{false};
    } m_stopPoint;
    Ring<Command> m_commands{64};
    Ring<StepRecord> m_records{1 << 14};
    Ring<RunEvent> m_events{1 << 10};
    std::atomic<uint32_t> m_posted{0};  ///< counts commands and mail; the thread sleeps on it
    uint32_t m_drained = 0;
    std::atomic<TrainerState> m_state{TrainerState::Idle};
    std::atomic<bool> m_quit{false};
    std::thread m_thread;
};

}  // namespace vitrine
