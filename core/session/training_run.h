// SPDX-License-Identifier: Apache-2.0
// TrainingRun: a project, its data, its compiled model, the trainer and the run folder, held
// together. The front door for whoever trains: the command line now, the window next.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/io/project.h"
#include "core/session/run_folder.h"
#include "core/train/trainer.h"

namespace vitrine {

/// What the user asked for; what is empty comes from the project.
struct RunRequest {
    std::string project;  ///< folder or file
    std::string data;     ///< folder of the data; empty: as the project says
    std::optional<int64_t> epochs, batch, seed;
    std::optional<double> learningRate;
    int threads = 1;
    std::string precision = "fp32";  ///< fp32, fp64
    std::string math = "fast";       ///< fast, direct
    double checkpointEverySeconds = 30;
    std::string folder;  ///< run folder to make, or to go on with
    bool resume = false;
    bool overfitOneBatch = false;  ///< every step takes the first batch of the first epoch
    /// States to start a new run from; what is not in it, or of another shape, starts afresh. May
    /// be null.
    std::shared_ptr<const Snapshot> startFrom;
};

class TrainingRun {
  public:
    using Progress = std::function<void(double share)>;

    /// Opens everything and compiles; nothing runs yet. A resumed run takes its settings from its
    /// folder; where that holds no run yet it starts at step 0. `stop` ends the making of data.
    /// Errors: those of project, data, settings and folder; P06 (other data), U11 (asked for other
    /// settings than the run was started with), `stopped`.
    static Result<std::unique_ptr<TrainingRun>> open(RunRequest request, Progress dataProgress = {},
                                                     std::stop_token stop = {});
    /// A new run of what is in memory already; project and data of the request are not looked at.
    /// Errors: those of data, settings and folder.
    static Result<std::unique_ptr<TrainingRun>> openInMemory(Project project,
                                                             std::shared_ptr<const Dataset> data,
                                                             RunRequest request);

    Trainer& trainer() { return *m_trainer; }
    const Project& project() const { return m_project; }
    const Dataset& data() const { return *m_data; }
    const std::shared_ptr<const Dataset>& sharedData() const { return m_data; }
    const RunFolder& folder() const { return m_folder; }
    const Model& model() const { return *m_model; }
    /// The training tape for a batch of this many images.
    const Tape& tapeOf(int64_t batch) { return *m_model->train(batch).tape; }
    const std::shared_ptr<const Tape>& fullTape() { return m_model->train(m_model->batch()).tape; }
    int threads() const { return m_threads; }
    const std::string& numericsClass() const { return m_numerics; }
    /// Things to tell the user before it goes on: a damaged checkpoint that was passed over,
    /// another numerics class.
    const std::vector<Error>& remarks() const { return m_remarks; }
    int64_t resumedAtStep() const { return m_resumedAt; }
    /// Parameters and statistics that came from RunRequest::startFrom.
    int64_t statesTakenOver() const { return m_statesTakenOver; }

    /// One JSON object into log.jsonl.
    void log(std::string_view line) { m_folder.log(line); }
    /// A checkpoint waits until the log is level with it, so that a killed run that goes on has
    /// every step in its log. Whoever writes the log takes the mark, writes all records and events
    /// that are there, and gives the mark back.
    int64_t logMark() const { return m_logAsked.load(std::memory_order_acquire); }
    void logIsLevel(int64_t mark) { m_logLevel.store(mark, std::memory_order_release); }
    /// Ends the trainer's thread before the next entry, whatever the log waits for. What was
    /// reported can still be read.
    void quit();

  private:
    explicit TrainingRun(RunFolder folder) : m_folder(std::move(folder)) {}
    static Result<std::unique_ptr<TrainingRun>> create(RunRequest& request);
    static Result<std::unique_ptr<TrainingRun>> reopen(RunRequest& request);
    Result<void> compile(const RunRequest& request);
    Result<void> writeStart(const RunRequest& request, const std::string& fingerprint);
    Result<void> startFrom(const Snapshot& snapshot);
    Result<void> restoreNewest();
    void waitForLog();
    Result<void> saveFinalWeights() const;  ///< weights.safetensors, when the trainer has finished

    RunFolder m_folder;
    Project m_project;
    std::shared_ptr<const Dataset> m_data;
    std::unique_ptr<Model> m_model;
    std::atomic<int64_t> m_logAsked{0}, m_logLevel{0};
    int m_threads = 1;
    int64_t m_resumedAt = 0, m_statesTakenOver = 0;
    std::string m_numerics;
    std::string m_dataFingerprint;  ///< of the run that is gone on with; empty for a new one
    std::vector<Error> m_remarks;
    std::unique_ptr<Trainer> m_trainer;  ///< last: its thread uses the others until it has gone
};

/// `cpu/AVX3/fp32/direct`: what results depend on besides program and seed.
std::string numericsClass(const std::string& precision);
/// The settings of a project, changed to what a request asks for. Errors: U01–U08, naming what is
/// supported.
Result<Project> projectWith(Project project, const RunRequest& request);
/// Tapes as the request's precision wants them.
TapeOptions tapeOptions(const RunRequest& request);
ModelOptions modelOptions(const Project& project, const RunRequest& request);

}  // namespace vitrine
