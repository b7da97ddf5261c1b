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
#include "core/train/model.h"
#include "core/train/sampler.h"
#include "core/train/snapshot.h"
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

    /// `model` and `data` must outlive the trainer. The thread starts at once and waits for a
    /// command.
    Trainer(Model& model, const Dataset& data, TrainSettings settings, SaveCheckpoint save);
    ~Trainer();
    Trainer(const Trainer&) = delete;
    Trainer& operator=(const Trainer&) = delete;

    /// Any one thread other than the trainer's. Before Start: puts the run where a snapshot was
    /// taken (a copy is made). Errors: C02 naming the first tensor that is missing or of another
    /// shape.
    Result<void> restore(const Snapshot& snapshot);
    /// As restore, but takes what fits and starts at step 0. How many parameters and statistics it
    /// took.
    int64_t takeOver(const Snapshot& snapshot);
    /// Any one thread other than the trainer's, before Start: all states as they are.
    Snapshot snapshot() const;

    /// Any one thread. Drained at entry and step borders.
    void post(Command command);
    /// After wake() the trainer looks into its mail as soon as it can.
    TrainerMail& mail() { return m_mail; }
    void wake();
    TrainerState state() const { return m_state.load(std::memory_order_acquire); }
    /// Blocks until the state is Paused, Finished, Stopped or Failed.
    void waitUntilIdle() const;

    bool nextRecord(StepRecord& record) { return m_records.pop(record); }
    bool nextEvent(RunEvent& event) { return m_events.pop(event); }
    int64_t droppedRecords() const { return m_records.dropped(); }
    int64_t totalSteps() const { return m_settings.epochs * m_stepsPerEpoch; }
    int64_t stepsPerEpoch() const { return m_stepsPerEpoch; }
    /// Why a checkpoint could not be written; valid after CheckpointFailed, while paused.
    const Error& failure() const { return m_failure; }
    /// Entries of the present step's tape and where it stands; only while paused.
    int entry() const { return m_entry; }
    const RunPosition& position() const { return m_position; }
    StopPoint stopPoint() const;
    /// Any thread: the tape of the step that is going on or was last begun.
    const std::shared_ptr<const Tape>& presentTape() const;

    /// Before Start. Called on the trainer's thread at each step's begin and end; null = none.
    struct Hooks {
        void* context = nullptr;
        void (*stepBegin)(void* context) = nullptr;
        void (*stepEnd)(void* context) = nullptr;
    };
    void setHooks(Hooks hooks) { m_hooks = hooks; }

  private:
    void work();
    void drain();
    void apply(const Command& command);
    void setState(TrainerState state);
    void advance();
    void beginStep();
    void endStep();
    void endEpoch();
    void evaluate(RunEvent& event);
    void pauseAfter(EventKind kind);
    bool checkpoint();
    double scheduledRate() const;
    double secondsSinceStart() const;
    void report(EventKind kind);

    Model& m_model;
    const Dataset& m_data;
    const TrainSettings m_settings;
    SaveCheckpoint m_save;
    Hooks m_hooks;
    Team m_team;
    Loader m_loader;
    std::unique_ptr<Loader> m_testLoader;
    int64_t m_stepsPerEpoch = 0;

    RunPosition m_position;
    Member* m_member = nullptr;  ///< of the step that is going on; null between steps
    int64_t m_batchSize = 0;
    int m_entry = 0;
    enum class Until : uint8_t { Stopped, StepEnd, NextEntry };
    Until m_until = Until::Stopped;  ///< how far Running goes
    double m_rate = 0;
    double m_wantedRate = -1;  ///< a command's, to be applied at the next step's border
    double m_epochSeconds = 0;
    int64_t m_epochTimedImages = 0;
    double m_stepStarted = 0, m_lastCheckpoint = 0, m_startedAt = 0;
    bool m_stopAsked = false;
    Error m_failure;

    TrainerMail m_mail;
    std::atomic<const Member*> m_present;  ///< never null
    Sampler m_sampler;
    Ring<Command> m_commands{64};
    Ring<StepRecord> m_records{1 << 14};
    Ring<RunEvent> m_events{1 << 10};
    std::atomic<uint32_t> m_posted{0};  ///< counts commands; the thread sleeps on it
    uint32_t m_drained = 0;
    std::atomic<TrainerState> m_state{TrainerState::Idle};
    std::atomic<bool> m_quit{false};
    std::thread m_thread;
};

}  // namespace vitrine
