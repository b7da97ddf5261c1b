// SPDX-License-Identifier: GPL-3.0-or-later
// RunController: the run, the data and the plan of the document, as signals of the window thread.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/session/live_run.h"
#include "core/session/predictor.h"
#include "gui/bridge/background.h"
#include "gui/bridge/data_keeper.h"
#include "gui/bridge/past_run_keeper.h"
#include "gui/bridge/retired_runs.h"
#include "gui/bridge/run_mover.h"
#include "gui/bridge/setup_keeper.h"
#include "gui/document/document.h"

namespace vitrine::gui {

/// What the window knows of the run; `Opening` lasts while data and tapes are made.
enum class RunPhase { None, Opening, Ready, Running, Paused, Finished, Stopped, Failed };

/// Window thread. A timer of about 30 frames a second drains what has come from the engine; long
/// work (data, compiling) happens on a thread of its own.
class RunController : public QObject {
    Q_OBJECT
  public:
    explicit RunController(Document& document, QObject* parent = nullptr);
    ~RunController() override;

    RunPhase phase() const { return m_phase; }
    bool isBusy() const { return m_phase == RunPhase::Running || m_phase == RunPhase::Opening; }
    /// Of the last run; null before the first. Valid until the next run is opened.
    LiveRun* run() const { return m_run.get(); }
    StopPoint stopPoint() const { return m_stopPoint; }
    /// Where the run came to stand is a place that nobody named: somebody pressed Pause.
    bool isPausedAnywhere() const { return m_byPause && m_phase == RunPhase::Paused; }
    /// What the inspectors show: the run's, or without one the plan of the document.
    const std::shared_ptr<const Tape>& tape() const { return m_tape; }
    /// Whether tape() is what runs, and not a plan.
    bool tapeIsRunning() const { return m_run != nullptr; }
    /// Why there is no plan.
    const std::optional<Error>& planError() const { return m_planError; }
    /// What the document's set-up is refused or warned for.
    const std::vector<SetupFinding>& setup() const { return m_setup.findings(); }
    /// Whether a start would be refused for what is drawn or set.
    bool isAtFault() const;
    /// The document's data once they are there; loaded in the background.
    const std::shared_ptr<const Dataset>& data() const { return m_data.data(); }
    const std::optional<Error>& dataError() const { return m_data.error(); }
    bool isLoading() const { return m_data.isLoading(); }
    /// The newest weights that are known; null before the first.
    const std::shared_ptr<const Snapshot>& states() const { return m_states; }
    /// What runs (or ran last) is not what is drawn.
    bool differsFromDocument() const { return m_differs; }
    /// What the last run of the project came to that was opened, until another run is.
    const std::optional<PastResult>& pastRun() const { return m_past.result(); }
    /// Updates that states() have seen; 0: they are not there, or fresh.
    int64_t trainedSteps() const { return m_states ? m_states->position.step : 0; }
    /// Training now makes a new run: none is open, or the last one is over.
    bool isOver() const;
    /// stop() has been said, and the step is being brought to its end.
    bool isEnding() const { return m_isEnding; }
    /// Something that was trained is not on disk yet: a run goes on, or one that has been put away
    /// is being saved.
    bool hasUnsavedRun() const;
    /// Why the run cannot be saved, while it is paused over that.
    const std::optional<Error>& cannotSave() const { return m_cannotSave; }
    /// Why the last start came to nothing; until the next one, an edit, or the data that it lacked.
    const std::optional<Error>& refusal() const { return m_refusal; }
    const std::vector<Breakpoint>& breakpoints() const { return m_stops.breakpoints; }
    const StopRequest& stops() const { return m_stops; }

    // What a person does. Each opens a run first where there is none or it is over; a run whose
    // network differs from the drawn one is stopped and a new one opened with the weights kept.
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
    /// Takes curves and weights of a run on disk, as if it had just ended; the next run starts from
    /// them. Nothing happens while a run goes on.
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
    /// Paused, or somewhere else while paused.
    void stopPointChanged();
    void recordsArrived(const std::vector<vitrine::StepRecord>& records);
    void histogramsArrived(const std::vector<vitrine::HistogramRecord>& records);
    void eventArrived(const vitrine::RunEvent& event);
    void valueArrived(const vitrine::ValueSnapshot& snapshot);
    void predictionsArrived(const vitrine::Predictions& predictions);
    void stopsChanged();
    void optionsChanged();
    /// Trouble to show in the list of problems.
    void failed(const vitrine::Error& error);
    /// The same, told just before `failed`: why there is no run, and what a file action met.
    void startRefused(const vitrine::Error& error);
    void fileRefused(const vitrine::Error& error);
    void exportRefused(const vitrine::Error& error);
    /// A picture or table was written: what the last one met is over.
    void exported();

  private:
    /// What is done once a run is open.
    enum class Then { Nothing, Train, StepBatch, StepEntry, RunToNode, RunToEntry };
    void begin(Then then);
    void openRun();
    void runIsOpen();
    void carryOut();
    void retireRun();
    void lookForPastRun();
    void pastRunIsThere();
    void moveRunsAlong();
    void setRefusal(std::optional<Error> refusal);
    bool resumesWithDataOfProject(const Error& why);
    void reopen(const QString& dataFolder);
    void refuse(const Error& error);
    void setEnding(bool ending);
    void sayHowItStarts();
    const RunHistory* history() const;
    bool mustOpenAnew() const;
    RunPhase phaseOfRun() const;
    void abandonOpening();
    void refuseOpening();
    void frame();
    void drainRecords();
    void drainEvents();
    void noteThatItCannotBeSaved();
    void setCannotSave(std::optional<Error> why);
    bool hasLostItsFolder() const;
    void giveUp();
    void goOnWhenThereIsRoom();
    void takeAnswers();
    void setPhase(RunPhase phase);
    void updatePhase();
    void runIsOver();
    void documentChanged();
    void documentReplaced();
    void plan();
    void planIsThere();
    void dataAreSettled();
    void compareWithDocument();
    void showTape();
    void pushSamples();
    void setStops(StopRequest stops);
    QString newRunFolder() const;
    void drainHistory();

    using Opened = Result<std::unique_ptr<LiveRun>>;
    using Planned = Result<std::shared_ptr<const Tape>>;

    Document& m_document;
    DataKeeper m_data;
    SetupKeeper m_setup;
    PastRunKeeper m_past;
    RetiredRuns m_retired;
    RunMover m_mover;
    std::unique_ptr<LiveRun> m_run;
    RunPhase m_phase = RunPhase::None;
    StopPoint m_stopPoint;
    std::shared_ptr<const Tape> m_tape, m_plan;
    std::optional<Error> m_planError, m_refusal;
    std::shared_ptr<const Snapshot> m_states;
    std::string m_runEssence;  ///< what the run was compiled from
    /// What was drawn when a run was gone on with that was compiled from something else: of the run
    /// that is being opened, and of the one that is open.
    std::string m_openingEssence, m_acceptedEssence;
    bool m_openingRefused = false;  ///< nobody wants the run that is being opened any more
    bool m_differs = false, m_overfit = false, m_alwaysFallback = false, m_isEnding = false;
    bool m_reopen = false;  ///< a new run follows as soon as the present one has stopped
    int m_threads = 1;
    StopRequest m_stops;
    std::vector<std::pair<QObject*, SampleRequest>> m_samples;
    Then m_then = Then::Nothing;
    int m_runToEntry = 0;
    QString m_runToNode, m_fallbackFolder;
    QString m_resuming;      ///< folder of the run that is being opened; empty: a new one
    QString m_resumingData;  ///< where its data were looked for; empty: where it says itself
    /// Why its data were not found there, while those of the project are tried.
    std::optional<Error> m_dataMissing;
    QTimer m_frame, m_planDelay;
    Background<Opened> m_opening;
    Background<Planned> m_planning;
    bool m_byPause = false;       ///< the last that a person asked of the run is Pause
    bool m_waitsForRoom = false;  ///< the run is paused over a full disk
    std::optional<Error> m_cannotSave;
    bool m_stopFailed = false;  ///< it was to end, and that could not be saved
    int64_t m_waitsAt = -1;     ///< the step at which that was told
    QElapsedTimer m_lastTry;
    size_t m_told = 0;  ///< records of history() that have been told
    std::stop_source m_openingStop;
    std::vector<StepRecord> m_records;
    std::vector<HistogramRecord> m_histograms;
};

}  // namespace vitrine::gui
