// SPDX-License-Identifier: Apache-2.0
// LiveRun: a training run that somebody watches and stops inside of. The front door for the window.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/exec/tape.h"         // IWYU pragma: export (what the inspectors show is what runs)
#include "core/exec/tape_places.h"  // IWYU pragma: export
#include "core/probe/histogram.h"
#include "core/probe/predictions.h"
#include "core/probe/records.h"
#include "core/probe/stop_request.h"
#include "core/probe/value_snapshot.h"
#include "core/session/project.h"
#include "core/session/run_history.h"
#include "core/session/run_names.h"
#include "core/train/channels.h"
#include "core/train/fitting_batch.h"  // IWYU pragma: export (of Errors of memory)
#include "core/train/snapshot.h"       // IWYU pragma: export
#include "core/train/stop_point.h"     // IWYU pragma: export

namespace vitrine {

class RunFeed;
class TrainingRun;

/// What a run is started with besides its project.
struct LiveOptions {
    std::string runFolder = {};  ///< to be made; with a number behind it where that is taken
    int threads = 1;
    std::string device = {};       ///< `cuda:0`; empty: the processor
    std::string precision = {};    ///< one of trainingPrecisions(); empty: fp32
    bool overfitOneBatch = false;  ///< every step takes the first batch of the first epoch
    /// Parameters, statistics and optimiser slots are taken over where key and shape are the same;
    /// all others start afresh. May be null.
    std::shared_ptr<const Snapshot> startFrom = {};
    std::stop_token stop = {};  ///< ends the opening, and leaves nothing behind
};

/// A GPU that a run is on.
struct RunDevice {
    std::string name;                        ///< `NVIDIA H200`
    int64_t memoryBytes = 0, freeBytes = 0;  ///< free before the run took its own
    /// What the run took: for its tapes, all in one place, and for its kernels beside them.
    int64_t arenaBytes = 0, workspaceBytes = 0;
};

enum class RunState : uint8_t { Ready, Running, Paused, Finished, Stopped, Failed };

/// All functions: one thread, the watcher's; none of them blocks on training, except the
/// destructor, which waits for the entry that is running.
class LiveRun {
  public:
    /// Compiles model and memory; nothing runs yet. May take seconds; any thread. The run's own
    /// threads have a lower priority than the caller's. Errors: those of project, data, settings
    /// and folder.
    static Result<std::unique_ptr<LiveRun>> open(Project project,
                                                 std::shared_ptr<const Dataset> data,
                                                 LiveOptions options);
    /// Goes on with the run in a folder, from its newest checkpoint, with the project and settings
    /// that it was started with; what the document says now does not matter. `request.folder`:
    /// where its data are; empty: where they were. `seed` is the run's. `device`: `cpu`, `cuda:0`;
    /// empty: that of the run. Errors: G01 (no run there),
    /// C10 (all checkpoints damaged), P05 (its data are gone; place.field is dataFolderField), P06
    /// (other data), `stopped`, and those of open().
    static Result<std::unique_ptr<LiveRun>> resume(const std::string& folder, DataRequest request,
                                                   const std::string& device = {});
    ~LiveRun();

    // Commands. They are carried out at the next border of an entry or a step.
    void start();  ///< or go on
    void pause();  ///< at the next entry where the step is recorded, else at the step's end
    void stepBatch();
    void stepEntry();
    /// Restores the step's start and runs to one entry before the present one. Nothing happens
    /// where stopPoint().canStepBack is false.
    void stepBack();
    /// Goes on and stops before an entry of the tape, in this step or the next.
    void runTo(int entry);
    void stop();  ///< ends the run: brings a begun step to its end and writes a checkpoint
    void setLearningRate(double rate);
    /// While stopped inside a step: one element of a value that is alive. The edit is logged, and
    /// done again where stepping back and forth passes it.
    void editValue(ValueId value, int64_t element, double number);
    /// Breakpoints go by the names of callNodes().
    void setStops(StopRequest request);
    void setSamples(SampleRequest request);

    /// From now on tapes and breakpoints call the nodes as they are called there, found by key: one
    /// that was renamed is the same node still. Everything else (project(), parameters(), samples,
    /// files) says the names of the start. True: names have changed, tape() and presentTape() are
    /// others, and breakpoints are to be set again.
    bool callNodes(const Graph& now);

    RunState state() const;
    /// Only while paused.
    StopPoint stopPoint() const;
    const Project& project() const;
    const std::shared_ptr<const Dataset>& data() const;
    std::string folder() const;  ///< somebody may move it
    int64_t totalSteps() const;
    int64_t stepsPerEpoch() const;
    int threads() const;
    /// What it runs on, if that is not the processor.
    std::optional<RunDevice> device() const;
    /// `cpu/AVX3/fp32/direct`
    const std::string& numericsClass() const;
    /// What the numbers of its records are called.
    const Channels& channels() const;
    /// The steps before the one that a resumed run goes on from.
    const RunHistory& history() const { return m_history; }
    /// Things to tell: a damaged checkpoint that was passed over, another numerics class.
    const std::vector<Error>& remarks() const;
    /// Which parameters and statistics were taken over and which started afresh.
    int64_t statesTakenOver() const;
    /// Why a checkpoint or the log could not be written; while paused after CheckpointFailed.
    const Error& failure() const;
    /// It has failed since the device that it was on takes no call any more; another process may
    /// open that one anew, and resume() goes on from the last checkpoint.
    bool hasLostDevice() const;
    /// Updates that were done; while it is over.
    int64_t stepsDone() const;
    /// What an event of failure says, for people.
    Error failureOf(const RunEvent& event) const;
    /// Names of the trained parameters, `conv1.weight`: subjects of Gradient and Weight records.
    const std::vector<std::string>& parameters() const;
    /// The tape of a full batch, which the inspectors show.
    std::shared_ptr<const Tape> tape() const;
    /// The tape of the step that is going on or was last begun: an epoch's last batch may be
    /// smaller.
    std::shared_ptr<const Tape> presentTape() const;

    // What has come since the last call; false or null where there is nothing. Who takes nothing
    // for a while misses no step and no epoch: see RunFeed.
    bool nextRecord(StepRecord& record);
    bool nextEvent(RunEvent& event);
    bool nextHistogram(HistogramRecord& record);
    /// Paused after CheckpointFailed: is what it waits for still so? It may go on once it is not.
    bool isInTrouble() const;
    /// Things to tell while it goes on: the folder has been moved.
    bool nextRemark(Error& remark);
    /// Seconds that an entry of tape() took when it was last measured; 0 = never.
    double entrySeconds(int entry) const;
    std::unique_ptr<Predictions> takePredictions();
    /// A question about a value of presentTape() inside of a step, else of tape(); a newer one
    /// replaces an older one. Answered at once where the run stands still or is over, what is not
    /// in memory by running a step's entries again, and while it runs as soon as a step has made
    /// the value: in the next full batch at the latest.
    void ask(const ValueQuery& query);
    std::unique_ptr<ValueSnapshot> takeValue();
    /// A copy of all states at the next step's border, or at once where the run stands between two
    /// steps.
    void askStates();
    std::unique_ptr<Snapshot> takeStates();

  private:
    explicit LiveRun(std::unique_ptr<TrainingRun> run);
    std::unique_ptr<TrainingRun> m_run;
    std::unique_ptr<RunFeed> m_feed;
    std::shared_ptr<const Tape> m_tape;
    mutable RunNames m_names;  ///< keeps the copies that it has made
    std::vector<std::string> m_parameters;
    RunHistory m_history;
};

/// The tape of a training step of a full batch, as a run of this project would have it. Errors:
/// those of shapes, lowering and differentiation.
Result<std::shared_ptr<const Tape>> planTraining(const Project& project);

/// Opens what the project names. Slow; any thread. `request.folder` and `seed` are the project's.
/// Errors: those of openRawData.
Result<std::shared_ptr<const Dataset>> openStoredData(const Project& project, DataRequest request);
/// Opened data with the project's changes of examples and its transforms. Errors: "U28".
Result<std::shared_ptr<const Dataset>> prepareData(const Dataset& stored, const Project& project);
/// Both.
Result<std::shared_ptr<const Dataset>> openData(const Project& project, DataRequest request);

}  // namespace vitrine
