// SPDX-License-Identifier: GPL-3.0-or-later
// RunController: the run, the data and the plan of the document, and a prediction that is stepped
// through, as signals of the window thread.
#pragma once

#include <QObject>
#include <QTimer>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/session/device_losses.h"
#include "core/session/live_run.h"
#include "core/session/predictor.h"
#include "gui/bridge/data_keeper.h"
#include "gui/bridge/parameter_keeper.h"
#include "gui/bridge/past_run_keeper.h"
#include "gui/bridge/plan_keeper.h"
#include "gui/bridge/prediction_stepper.h"
#include "gui/bridge/retired_runs.h"
#include "gui/bridge/run_machine.h"
#include "gui/bridge/run_mover.h"
#include "gui/bridge/run_opener.h"
#include "gui/bridge/sample_requests.h"
#include "gui/bridge/setup_keeper.h"
#include "gui/document/document.h"

namespace vitrine::gui {

/// Window thread. A timer of about 30 frames a second drains what has come from the engine; long
/// work (data, compiling) happens on a thread of its own. What follows from what is decided by
/// run_machine: this class tells it what happens and carries out what it says.
class RunController : public QObject {
    Q_OBJECT
  public:
    explicit RunController(Document& document, QObject* parent = nullptr);
    ~RunController() override;

    RunPhase phase() const { return m_machine.phase(); }
    bool isBusy() const { return phase() == RunPhase::Running || phase() == RunPhase::Opening; }
    /// Of the last run; null before the first. Valid until the next run is opened.
    LiveRun* run() const { return m_run.get(); }
    /// Of the run, also while a prediction is stepped through.
    StopPoint stopPoint() const { return m_machine.seenRun().stopPoint; }
    /// What the inspectors show: the tape of a prediction that is stepped through, else the run's,
    /// or without one the plan of the document.
    const std::shared_ptr<const Tape>& tape() const { return m_tape; }
    /// It is the run's, not a plan of the document or a prediction's.
    bool isTapeOfRun() const;
    /// Where what tape() shows stands, between two of its entries; none: it runs, or is over, or
    /// nothing has run.
    std::optional<StopPoint> standsAt() const;
    /// It came to stand at a place that nobody named: somebody pressed Pause.
    bool isPausedAnywhere() const {
        return m_machine.seenRun().isPausedByHand && phase() == RunPhase::Paused &&
               !isSteppingPrediction();
    }
    /// Somebody can be asked for the values of tape().
    bool canAnswer() const;
    /// One is stepped through, or compiled to be: a run that goes on is not touched by it.
    const PredictionStepper& prediction() const { return m_prediction; }
    bool isSteppingPrediction() const { return m_prediction.isOpen(); }
    /// It ended because the network was edited. Whoever goes on with it begins it anew, with the
    /// network as it is then: no key means another thing before somebody leaves it.
    bool hasPredictionEnded() const { return m_hasPredictionEnded && !m_prediction.isThere(); }
    /// One is stepped through, compiled, or has ended so.
    bool isPredicting() const { return m_hasPredictionEnded || m_prediction.isThere(); }
    /// Of isPredicting(), as it stands in a sentence.
    const QString& predictionSubject() const { return m_predictionRequest.subject; }
    /// Why there is no plan.
    const std::optional<Error>& planError() const { return m_plan.error(); }
    /// Kernels are to be chosen anew.
    void planAgain() { m_plan.again(); }
    /// What the document's set-up is refused or warned for.
    const std::vector<SetupFinding>& setup() const { return m_setup.findings(); }
    /// Whether a start would be refused for what is drawn or set.
    bool isAtFault() const;
    /// The document's data once they are there; loaded in the background.
    const std::shared_ptr<const Dataset>& data() const { return m_data.data(); }
    /// What they are made of: see DataKeeper::stored.
    const std::shared_ptr<const Dataset>& storedData() const { return m_data.stored(); }
    /// Data that somebody has read already, for when the document asks for those of `project`.
    void offerData(const Project& project, std::shared_ptr<const Dataset> stored) {
        m_data.offer(project, std::move(stored));
    }
    const std::optional<Error>& dataError() const { return m_data.error(); }
    bool isLoading() const { return m_data.isLoading(); }
    /// The newest weights that are known; null before the first.
    const std::shared_ptr<const Snapshot>& states() const { return m_states; }
    /// What runs (or ran last) is not what is drawn.
    bool differsFromDocument() const { return m_machine.seenRun().differs; }
    /// What the last run of the project came to that was opened, until another run is.
    const std::optional<PastResult>& pastRun() const { return m_past.result(); }
    /// Updates that states() have seen; 0: they are not there, or fresh.
    int64_t trainedSteps() const { return m_states ? m_states->position.step : 0; }
    /// Training now makes a new run: none is open, or the last one is over.
    bool isOver() const;
    /// stop() has been said, and the step is being brought to its end.
    bool isEnding() const { return m_machine.seenRun().isEnding; }
    /// Something that was trained is not on disk yet: a run goes on, or one that has been put away
    /// is being saved.
    bool hasUnsavedRun() const;
    /// Why the run cannot be saved, while it is paused over that.
    const std::optional<Error>& cannotSave() const { return m_machine.seenRun().trouble.why; }
    /// Why the last start came to nothing; until the next one, an edit, or the data that it lacked.
    const std::optional<Error>& refusal() const { return m_machine.refusal; }
    /// Of what tape() shows: those that are set while a prediction is stepped through stop no run.
    const std::vector<Breakpoint>& breakpoints() const {
        return isSteppingPrediction() ? m_prediction.stops().breakpoints : m_stops.breakpoints;
    }
    const StopRequest& stops() const { return m_stops; }

    /// From now on steps, breakpoints and values are those of a prediction with the newest weights
    /// that are known, until it is left. An edit of the network ends it (hasPredictionEnded).
    void stepThroughPrediction(PredictionRequest request);
    /// One that has ended, with the network as it is now.
    void beginPredictionAnew() { beginPrediction(); }
    void leavePrediction();

    // What a person does. Each opens a run first where there is none or it is over; a run whose
    // network differs from the drawn one is stopped and a new one opened with the weights kept.
    // While a prediction is stepped through, train() and what goes to an entry or a node moves that
    // one, and stop() leaves it.
    void train();
    void pause();
    void playOrPause();
    void stepBatch();
    void stepEntry();
    void stepBack();
    void runToNode(const QString& node);
    void runToEntry(int entry);
    /// Opens a run from its folder, to go on from its newest checkpoint with train(). `data`: where
    /// its data are; empty: where they were.
    void resume(const QString& folder, const QString& data = {});
    /// Takes curves and weights of a run on disk, as if it had just ended, or the weights of a
    /// file; the next run starts from them. Nothing happens while a run goes on.
    void takeWeights(const QString& folder);
    /// Where new runs of this document go, each into a folder of its own.
    QString runsFolder() const;
    /// Where those of projects go that have no file.
    QString fallbackRunsFolder() const;
    /// Ends the run; where data are being made or a run is being opened, ends that instead. One
    /// that cannot be saved is given up; its weights stay for the next.
    void stop();
    /// The next run starts from fresh weights. A run that goes on is ended and saved.
    void resetWeights();
    void setOverfitOneBatch(bool on);
    bool overfitOneBatch() const { return m_overfit; }
    void setThreads(int threads);
    int threads() const { return m_threads; }
    /// Of the next run: `cuda:0`; empty: the processor.
    void setDevice(const QString& device);
    const QString& device() const { return m_device; }
    /// Of the next run on a GPU: one of trainingPrecisions().
    void setPrecision(const QString& precision);
    const QString& precision() const { return m_precision; }
    void setLearningRate(double rate);  ///< of the run that goes on
    void editValue(ValueId value, int64_t element, double number);
    void toggleBreakpoint(const QString& node, bool backward);
    void clearBreakpoints();
    void setNonFiniteWatch(NonFiniteWatch watch);
    void setRecordSteps(bool on);
    /// Views say what they want while they are visible; `who` names the asker. The union is
    /// sampled.
    void setSamples(QObject* who, const SampleRequest& request);
    void ask(const ValueQuery& query);
    /// A fresh copy of the weights, told by statesArrived.
    void askStates();
    /// Waits until the run's present entry has ended and lets go of it: before quitting.
    void shutDown();
    /// Where the runs of projects go that were never saved, or whose folder cannot be written to;
    /// `always`: of all projects.
    void setFallbackFolder(const QString& folder, bool always) {
        m_fallbackFolder = folder;
        m_alwaysFallback = always;
    }

  Q_SIGNALS:
    void phaseChanged();
    /// A run has been opened, or what an earlier one came to is shown (run() is null then): views
    /// that show a course over steps start anew.
    void runOpened();
    void pastRunChanged();
    void refusalChanged();
    void endingChanged();
    /// Everything that was trained is on disk.
    void allIsSaved();
    void cannotSaveChanged();
    /// Weights of a file are there for the next run: in a sentence, and each tensor in a line.
    void weightsTaken(const QString& file, const QString& summary, const QString& table);
    /// Good news in a sentence, for the status line.
    void said(const QString& sentence);
    /// The run in `folder` cannot be gone on with before somebody says where its data are.
    void dataOfRunMissing(const QString& folder, const vitrine::Error& error);
    void openingProgress(double share);
    void tapeChanged();
    /// The plan of the document, or the reason why there is none.
    void planChanged();
    void setupChanged();
    void dataChanged();
    void loadingChanged();  ///< isLoading
    void statesArrived();
    void differsChanged(bool differs);
    /// What tape() shows stands, or stands somewhere else.
    void stopPointChanged();
    /// A value of tape() is not finite; it stands behind the entry that made it.
    void nonFiniteShown(vitrine::ValueId value);
    /// One is compiled, stepped through or left, or stands somewhere else.
    void predictionChanged();
    void recordsArrived(const std::vector<vitrine::StepRecord>& records);
    void histogramsArrived(const std::vector<vitrine::HistogramRecord>& records);
    void eventArrived(const vitrine::RunEvent& event);
    void valueArrived(const vitrine::ValueSnapshot& snapshot);
    void predictionsArrived(const vitrine::Predictions& predictions);
    void stopsChanged();
    void optionsChanged();
    /// Trouble to show in the list of problems.
    void failed(const vitrine::Error& error);
    /// Something to know of, such as what was left out of the data; nothing has failed.
    void remarked(const vitrine::Error& error);
    /// Like `failed`, and told just before it: why there is no run, and what a file action met.
    void startRefused(const vitrine::Error& error);
    void fileRefused(const vitrine::Error& error);
    void exportRefused(const vitrine::Error& error);
    /// A picture or table was written: what the last one met is over.
    void exported();

  private:
    // What happens, to the machine; what it says, to engine, keepers and whoever listens.
    void feed(const run_machine::Event& event);
    run_machine::Facts facts() const;
    RunPhase phaseOfEngine() const;
    std::string drawnEssence() const;
    void want(Wish wish);
    void carryOut(run_machine::effect::Tell what);
    void carryOut(run_machine::effect::Command command);
    void carryOut(run_machine::effect::Do what);
    void carryOut(const run_machine::effect::ShowOpened& opened);
    void carryOut(const run_machine::effect::Open& opening);
    void carryOut(const run_machine::effect::CarryOut& wanted);
    void carryOut(const run_machine::effect::Refuse& refused);
    void carryOut(const run_machine::effect::Fail& trouble);
    void carryOut(const run_machine::effect::AskForData& asked);
    void carryOut(const run_machine::effect::ReadPastWeights& wanted);
    void openNew();
    void openAgain(const run_machine::ResumedRun& request);
    void openingHasEnded();
    void takeOpened();
    void sayHowItStarts(bool isResumed);
    void goToNode(const std::string& node);
    void giveUpRun();
    void takePastWeights();
    void showPastWeights();
    void showFresh();
    void tellWeights();
    void lookWhetherAllIsSaved();

    // The document.
    void followDocument();
    void documentChanged();
    void documentReplaced();
    void nodeIsRenamed(const QString& from, const QString& to);
    void moveRunsAlong();

    // Every frame.
    void frame();
    void lookAtEngine();
    void goOnAfterLoss();
    const RunHistory* history() const;
    void drainHistory();
    void drainRecords();
    void drainEvents();
    void takeAnswers();

    // A prediction that is stepped through.
    void followPrediction();
    void beginPrediction();
    void movePrediction(const std::function<void()>& move);
    void showPrediction();
    void endPrediction();
    void editMayEndPrediction();

    void followKeepers();
    void showTape();
    void setStops(StopRequest stops);
    void setBreakpoints(std::vector<Breakpoint> breakpoints);
    void pushSamples();

    Document& m_document;
    DataKeeper m_data;
    SetupKeeper m_setup;
    PlanKeeper m_plan;
    PastRunKeeper m_past;
    PredictionStepper m_prediction;
    std::string m_predicted;  ///< essence of what is stepped through
    RetiredRuns m_retired;
    RunMover m_mover;
    RunOpener m_opener;
    SampleRequests m_samples;
    run_machine::State m_machine;
    std::deque<run_machine::Effect> m_effects;  ///< that are to be carried out, in this order
    std::unique_ptr<LiveRun> m_run, m_opened;   ///< m_opened: nobody has taken it yet
    std::shared_ptr<const Tape> m_tape;
    std::shared_ptr<const Snapshot> m_states;
    StopRequest m_stops;
    bool m_overfit = false, m_alwaysFallback = false;
    bool m_isTraining = false;  ///< what was asked of the run last
    DeviceLosses m_losses;
    std::optional<RunEvent> m_untold;  ///< that it has failed, before it was seen to have
    int m_threads = 1;
    QString m_device;  ///< empty: the processor
    QString m_precision = QStringLiteral("fp32");
    QString m_fallbackFolder;
    QTimer m_frame, m_lookForRoom;
    size_t m_told = 0;  ///< records of history() that have been told
    std::vector<StepRecord> m_records;
    std::vector<HistogramRecord> m_histograms;
    PredictionRequest m_predictionRequest;  ///< the last
    bool m_hasPredictionEnded = false;      ///< until one has begun or it is left
    ParameterKeeper m_parameters;
};

}  // namespace vitrine::gui
