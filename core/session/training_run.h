// SPDX-License-Identifier: Apache-2.0
// TrainingRun: a project, its data, its compiled model, the trainer, the run folder and its writer,
// held together. The front door for whoever trains.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/io/project.h"
#include "core/session/data_wishes.h"
#include "core/session/run_folder.h"
#include "core/session/run_settings.h"
#include "core/session/run_writer.h"
#include "core/session/training_changes.h"
#include "core/session/weight_wishes.h"
#include "core/train/trainer.h"

namespace vitrine {

struct DeviceLibrary;

/// What the user asked for; what is empty comes from the project.
struct RunRequest {
    std::string project;  ///< folder or file
    std::string data;     ///< folder of the data; empty: as the project says
    std::optional<int64_t> epochs, batch, seed;
    std::optional<double> learningRate;
    TrainingChanges training = {};
    DataWishes wishes = {};  ///< its path is `data`
    int threads = 1;
    std::optional<std::string> precision;    ///< fp32 (unless given), fp64
    std::optional<std::string> math;         ///< fast (unless given), direct
    std::optional<std::string> device = {};  ///< cpu (unless given), cuda, cuda:1
    /// Where devices are looked for; null: worker::workerLibrary().
    const DeviceLibrary* devices = nullptr;
    std::optional<double> checkpointEverySeconds;  ///< 30 unless given
    std::string folder;                            ///< run folder to make, or to go on with
    int folderNumber =
        -1;  ///< a new run: the first free of `folder-N` from this one on; −1: `folder`
    bool resume = false;
    /// A new run: the network is made to take what lies at `data` (takeData), before the wishes.
    bool fitsClasses = false;
    bool overfitOneBatch = false;  ///< every step takes the first batch of the first epoch
    /// States to start a new run from; what is not in it, or of another shape, starts afresh. May
    /// be null.
    std::shared_ptr<const Snapshot> startFrom;
    /// A file of weights to start a new run from, and how; empty: none.
    std::string weights = {};
    WeightWishes weightWishes = {};
    std::stop_token stop = {};  ///< ends the opening
};

class TrainingRun {
  public:
    using Progress = std::function<void(double share)>;
    using Opened = Result<std::unique_ptr<TrainingRun>>;

    /// Opens everything and compiles; nothing runs yet. The folder of a new run is made first, and
    /// goes again where something fails. A resumed run takes its settings from its folder; the
    /// project of the request, where one is named, must be there and have the same network. `stop`
    /// ends it. Errors: those of project, data, settings and folder; C02 (another
    /// project), P06 (other data), U11 (asked for other settings than the run was started with),
    /// C10 (its checkpoints are gone), H02 (memory, threads), `stopped`.
    static Opened open(RunRequest request, Progress dataProgress = {});
    /// A new run of what is in memory already; project and data of the request are not looked at.
    /// Errors: those of data, settings and folder.
    static Opened openInMemory(Project project, std::shared_ptr<const Dataset> data,
                               RunRequest request);
    ~TrainingRun();

    Trainer& trainer() { return *m_trainer; }
    const Project& project() const { return m_project; }
    const Dataset& data() const { return *m_data; }
    const std::shared_ptr<const Dataset>& sharedData() const { return m_data; }
    RunFolder& folder() { return m_folder; }
    const Model& model() const { return *m_model; }
    /// That of the step in which an event came.
    const Tape& tapeOf(const RunEvent& event) {
        const Mode mode = event.accumulates ? Mode::Accumulate : Mode::Train;
        return *m_model->member(mode, event.batch).tape;
    }
    const std::shared_ptr<const Tape>& fullTape() { return m_model->train(m_model->batch()).tape; }
    int threads() const { return m_threads; }
    const std::string& numericsClass() const { return m_numerics; }
    /// What the numbers of its records are called.
    const Channels& channels() const { return m_channels; }
    /// Things to tell the user before it goes on: a damaged checkpoint that was passed over,
    /// another numerics class.
    const std::vector<Error>& remarks() const { return m_remarks; }
    /// The device that it was on takes no call any more: openAfterLoss goes on from the last
    /// checkpoint with another.
    bool hasLostDevice() const { return m_model && m_model->hasLostDevice(); }
    int64_t resumedAtStep() const { return m_resumedAt; }
    /// Parameters and statistics that came from RunRequest::startFrom.
    int64_t statesTakenOver() const { return m_statesTakenOver; }

    /// The run was done before: its end is on disk, and nothing is left to train.
    bool isDone() const { return m_isDone; }
    RunWriter& writer() { return *m_writer; }
    /// What an event of failure says, for people.
    Error failureOf(const RunEvent& event);
    /// Ends the trainer's thread before the next entry. What was reported can still be read.
    void quit();

    // The writer's thread.
    Result<void> saveCheckpoint(const Snapshot& snapshot, const RunIdentity& identity);
    Result<void> saveFinalWeights();  ///< weights.safetensors, when the trainer has finished

  private:
    explicit TrainingRun(RunFolder folder) : m_folder(std::move(folder)) {}
    static Opened create(RunRequest& request);
    static Opened reopen(RunRequest& request);
    Result<void> forgoStarts();
    Result<void> takeSettings(RunRequest& request);
    Result<void> checkCopy() const;
    void noteChanges();
    Result<void> compareWithProject(const RunRequest& request);
    Result<void> findData(RunRequest& request) const;
    Result<void> checkData() const;
    Result<void> prepare(const RunRequest& request);
    Result<void> compile(const RunRequest& request);
    Result<void> takeTuning(ModelOptions& options);
    Result<void> takeDevice(const RunRequest& request, ModelOptions& options);
    void noteOtherNumerics();
    Result<void> begin(const RunRequest& request);
    Result<std::shared_ptr<const Snapshot>> statesToStartFrom(const RunRequest& request);
    Project projectForFolder() const;
    void noteSettings(const RunRequest& request);
    void noteDataFolder(const std::string& folder);
    Result<void> moveDataTo(const std::string& folder);
    Result<void> startFrom(const Snapshot& snapshot);
    Result<void> goOn(const RunRequest& request);
    Result<void> startRecord(const RunRequest& request, int64_t step);
    void makeTrainer(const RunRequest& request);

    RunFolder m_folder;
    RunSettings m_settings;
    Project m_project;
    std::shared_ptr<const Dataset> m_data;
    std::unique_ptr<Model> m_model;
    Channels m_channels;
    int m_threads = 1;
    int64_t m_resumedAt = 0, m_statesTakenOver = 0;
    bool m_isDone = false;
    bool m_hasForgone = false;  ///< numbers that the network once started with
    EarlyStopping m_stopping;
    std::string m_numerics;
    std::shared_ptr<const MeasuredWays> m_measured;  ///< null where kernels go by estimates
    SettingsText m_projectSettings;  ///< of a new run: before the request changed them
    std::vector<Error> m_remarks;
    std::unique_ptr<RunWriter> m_writer;
    std::unique_ptr<Trainer> m_trainer;  ///< last: its thread uses the others until it has gone
};

/// `cpu/AVX3/fp32/direct/3`: what results depend on besides program and seed. The last part is the
/// version of the engine: it rises when the same project may give other bits. Runs whose kernels
/// were chosen by measured times have a mark behind it: see tunedMark.
std::string numericsClass(const std::string& precision, Math math);
/// The same of a device: its architecture and its own engine.
std::string numericsClass(const std::string& precision, const Device& device);
/// What the request's device is, opened; null for the CPU. Errors: those of openDevice.
Result<std::shared_ptr<Device>> deviceOf(const RunRequest& request);
/// What a request asks for.
Math mathOf(const RunRequest& request);
/// The settings of a project, changed to what a request asks for. Errors: U01–U08, naming what is
/// supported.
Result<Project> projectWith(Project project, const RunRequest& request);
ModelOptions modelOptions(const Project& project, const RunRequest& request);

}  // namespace vitrine
