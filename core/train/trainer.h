// SPDX-License-Identifier: Apache-2.0
// Trainer: the loop that trains a model on its own thread, from step to step, from epoch to epoch.
// Commands go in through a queue, records, events and states go out to a RunSink; no lock is shared
// with whoever watches, and watching changes no bit. Batches come from a Feed; what happens inside
// of a step is a StepDebugger's.
#pragma once

#include <atomic>
#include <optional>
#include <stop_token>
#include <thread>

#include "core/exec/state_watch.h"
#include "core/optim/optimizer.h"
#include "core/probe/ring.h"
#include "core/train/channels.h"
#include "core/train/course.h"
#include "core/train/early_stopping.h"
#include "core/train/feed.h"
#include "core/train/loss_scaling.h"
#include "core/train/model.h"
#include "core/train/run_sink.h"
#include "core/train/sampler.h"
#include "core/train/snapshot.h"
#include "core/train/step_debugger.h"
#include "core/train/stop_point.h"
#include "core/train/trainer_mail.h"

namespace vitrine {

struct TrainSettings {
    int64_t epochs = 1;
    uint64_t seed = 1;
    double learningRate = 0.01;
    const ScheduleDescriptor* schedule = nullptr;
    Attrs scheduleFields;
    Channels channels;
    EarlyStopping stopping = {};
    /// An epoch's end makes one too, at most every five seconds, and so does the run's end; 0:
    /// after every step.
    double checkpointEverySeconds = 30;
    bool overfitOneBatch = false;  ///< every step takes the first batch of the first epoch
    std::stop_token stop = {};  ///< while starting values are drawn; then nothing is to be started
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
    /// `model`, `data` and `sink` must outlive the trainer. The thread starts at once and waits for
    /// a command. Throws DeviceTrouble, std::bad_alloc.
    Trainer(Model& model, const Dataset& data, TrainSettings settings, RunSink& sink);
    ~Trainer();
    Trainer(const Trainer&) = delete;
    Trainer& operator=(const Trainer&) = delete;

    // Any one thread other than the trainer's, before Start.
    /// Puts the run where a snapshot was taken (a copy is made). Errors: C02 naming the first
    /// tensor that is missing or of another shape. These three throw DeviceTrouble.
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
    /// Ends the thread before the next entry and waits for it. What was reported stays in the sink.
    void quit();

    RunSink& sink() { return m_sink; }
    /// How often it has paused because the record could not be written.
    int failedSaves() const { return m_failedSaves.load(std::memory_order_acquire); }
    int64_t totalSteps() const { return m_course.totalSteps(); }
    int64_t stepsPerEpoch() const { return m_course.stepsPerEpoch(); }
    /// Whether a run that stands here has nothing left to do.
    bool isOver() const {
        return m_position.epoch >= m_settings.epochs || m_settings.stopping.isOver(m_position.best);
    }
    /// Why a checkpoint or the log could not be written, valid after CheckpointFailed while paused;
    /// why the run has failed where no number did it.
    const Error& failure() const { return m_failure; }
    /// Where it was last paused.
    StopPoint stopPoint() const;
    /// Entries of the present step's tape and where it stands; only while paused.
    int entry() const { return m_debugger.entry(); }
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
    using Until = StepDebugger::Until;

    // trainer.cpp: commands, and the way from step to step.
    void work();
    void loop();
    void drain();
    void readMail();
    void apply(const Command& command);
    void goOn(Until until, int entry = 0);
    void goOnToStepEnd();
    void letGo();
    void advance();
    void beginStep();
    Member& nextMember(int64_t size);
    StepNumbers stepNumbers();
    void endStep();
    void countStep(StepRecord record, std::optional<EventKind> scale = {});
    void leaveStep();
    void betweenSteps(double ended);
    void endEpoch();
    bool evaluate(RunEvent& event);
    void noteEpoch(const RunEvent& event);
    void stop();
    void finish();
    double scheduledRate() const;
    void applyWantedRate(int64_t step);

    // trainer_step.cpp: inside a step.
    bool runEntries();
    int nextStop() const;
    bool mayGoOverUpdates(int stop) const;
    bool pausesAt(const DebugStop& stop);
    bool mayPauseHere() const { return !m_member || m_debugger.isKept(); }
    void setStops(const StopRequest& request);
    void stepBack();
    bool findCause();
    void editValue(const Command& command);

    // trainer_save.cpp: checkpoints, and the run's end.
    void checkpointWhereDue(double ended, bool isEpochEnd);
    void checkpoint();
    Snapshot* waitForBuffer();
    void fill(Snapshot& buffer);
    bool saveBest();
    bool saveAll(RunEnd end);
    bool pausesForTrouble();
    void pauseFor(Error trouble);

    // trainer_failure.cpp: numbers that are not finite.
    StepRecord recordOfStep() const;
    bool mayUpdate();
    bool mayLeaveOut(const StepRecord& record) const;
    void leaveOut(const StepRecord& record);
    bool statesAreFinite();
    void failStep();
    void sampleFailedStep();
    bool rewindForSample();
    void fail(const RunEvent& event);
    void failForMemory();
    void failForDevice(Error error);
    void failForData(Error error);
    void failBy(Error error);
    void noteLoss(const StepRecord& record);

    // trainer_answer.cpp: what is asked about values.
    const Tape& fullTape() const;
    std::optional<ValueQuery> takeQuestion();
    void give(ValueSnapshot snapshot);
    void answer();
    void planAnswer();
    void answerRunning();
    ValueSnapshot answerBetween(const ValueQuery& query);
    void lookBetween(ValueSnapshot& snapshot);

    // trainer_report.cpp: what is told.
    static double now();
    void setState(TrainerState state);
    RunEvent eventNow(EventKind kind) const;
    void report(EventKind kind) { m_sink.add(eventNow(kind)); }
    void pauseAfter(EventKind kind) { pauseWith(eventNow(kind)); }
    void pauseWith(const RunEvent& event);
    void pauseAt(const NonFinite& found);
    void reportEdit(EventKind kind, const ValueEdit& edit);
    void tellOfData();
    void reportUndone(const std::vector<ValueEdit>& edits);
    void copyStates(Snapshot& snapshot) const;
    void giveStates();

    Model& m_model;
    const TrainSettings m_settings;
    RunSink& m_sink;
    Hooks m_hooks;
    Feed m_feed;
    StepDebugger m_debugger;
    StateWatch m_states;
    LossScaling m_lossScaling;
    Course m_course;

    RunPosition m_position;
    Member* m_member = nullptr;  ///< of the step that is going on; null between steps
    bool m_pausesAtStepEnd = false;
    double m_rate = 0;
    double m_wantedRate = -1;  ///< a command's, to be applied at the next step's border
    bool m_stopAsked = false;  ///< from now on nothing else stops it
    std::optional<ValueQuery> m_question;
    int m_answerAt = -1;  ///< before this entry of the present step; −1: not in this step
    bool m_areUpdatesHeld = false;    ///< in this step, whose entries have all run
    bool m_isFailureSampled = false;  ///< this step, as it is now, was sampled up to its updates

    struct {
        double started = 0, paused = 0, checkpoint = 0;
        double step = 0;          ///< when it began, without pauses
        double epochInSteps = 0;  ///< seconds that this epoch's steps have taken so far
        int64_t epochImages = 0;  ///< in these steps
    } m_times;
    bool m_bestWaits = false;  ///< to be saved, before the next step
    int64_t m_savedStep = -1;  ///< of the newest checkpoint; −1: none of this position
    double m_firstLoss = -1;   ///< of step 1; −1: that step was made in an earlier life
    const double m_lossOfGuessing;
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
    std::atomic<uint32_t> m_posted{0};  ///< counts commands and mail; the thread sleeps on it
    uint32_t m_drained = 0;
    std::atomic<TrainerState> m_state{TrainerState::Idle};
    std::atomic<bool> m_quit{false};
    std::atomic<int> m_failedSaves{0};
    std::thread m_thread;
};

}  // namespace vitrine
