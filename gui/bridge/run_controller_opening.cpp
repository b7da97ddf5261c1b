// SPDX-License-Identifier: GPL-3.0-or-later
// Opening runs: new ones, and those that lie on disk.
#include <QDateTime>
#include <QFileInfo>

#include "gui/bridge/project_essence.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"

namespace vitrine::gui {

namespace {

Error noNetwork() {
    return {"P10", "there is no network to train yet", {}, {}, "Add nodes: Tab on the canvas."};
}

Error stillEnding() {
    return {std::string(stoppedCode),
            "the start that was stopped has not ended yet",
            {},
            {},
            "Go on with the run in a moment."};
}

}  // namespace

/// A load has ended: what waits for it goes on.
void RunController::dataAreSettled() {
    if (m_phase != RunPhase::Opening || m_opening.isRunning()) return;
    if (m_then != Then::Nothing && m_data.isCurrent()) {
        openRun();
        return;
    }
    const bool isWanted = std::exchange(m_then, Then::Nothing) != Then::Nothing;
    setPhase(phaseOfRun());
    if (isWanted && m_data.error()) refuse(*m_data.error());
}

bool RunController::isOver() const { return !m_run || gui::isOver(*m_run); }

/// What is drawn has changed since the run was opened. A run that was gone on with stays, whatever
/// was drawn then.
bool RunController::mustOpenAnew() const {
    return m_differs && runEssence(m_document.project()) != m_acceptedEssence;
}

void RunController::begin(Then then) {
    m_byPause = false;
    m_then = then;
    if (m_phase == RunPhase::Opening) return;
    if (hasLostItsFolder()) giveUp();
    if (!isOver() && !mustOpenAnew()) {
        carryOut();
        return;
    }
    if (isOver()) {
        openRun();
        return;
    }
    m_reopen = true;
    m_run->stop();
}

void RunController::openRun() {
    if (m_document.graph().nodes().empty()) {
        m_then = Then::Nothing;
        refuse(noNetwork());
        return;
    }
    setRefusal({});
    setPhase(RunPhase::Opening);
    if (!m_data.isCurrent()) {
        m_data.want();
        return;
    }
    if (m_opening.isRunning()) {
        m_openingRefused = true;  // the one that is wanted now follows it
        return;
    }
    m_reopen = false;
    m_openingEssence.clear();
    m_resuming.clear();
    m_dataMissing.reset();
    m_openingStop = {};
    LiveOptions options{.runFolder = newRunFolder().toStdString(),
                        .threads = m_threads,
                        .overfitOneBatch = m_overfit,
                        .startFrom = m_states,
                        .stop = m_openingStop.get_token()};
    m_opening.run("opening the run",
                  [project = m_document.project(), data = m_data.data(),
                   options = std::move(options)] { return LiveRun::open(project, data, options); });
}

void RunController::runIsOpen() {
    Opened opened = m_opening.take();
    if (std::exchange(m_openingRefused, false)) {
        m_dataMissing.reset();
        if (opened) opened.value().reset();
        if (m_then != Then::Nothing)
            openRun();
        else if (m_phase == RunPhase::Opening)
            setPhase(phaseOfRun());
        return;
    }
    if (!opened) {
        if (resumesWithDataOfProject(opened.error())) return;
        m_then = Then::Nothing;
        setPhase(phaseOfRun());
        const auto missing = std::exchange(m_dataMissing, {});
        const Error error = inWindowWords(missing ? *missing : opened.error());
        refuse(error);
        if (!m_resuming.isEmpty() && error.place.field == dataFolderField)
            dataOfRunMissing(m_resuming, error);
        return;
    }
    m_dataMissing.reset();
    m_run = std::move(opened).value();
    m_runEssence = runEssence(m_run->project());
    m_acceptedEssence = std::exchange(m_openingEssence, {});
    m_past.forget();
    m_told = 0;
    m_waitsForRoom = false;
    setCannotSave({});
    m_waitsAt = -1;
    m_stopPoint = {};
    setEnding(false);
    setRefusal({});
    m_run->setStops(m_stops);
    pushSamples();
    compareWithDocument();
    setPhase(RunPhase::Ready);
    runOpened();
    pastRunChanged();
    showTape();
    m_frame.start();
    for (const Error& remark : m_run->remarks())
        if (!m_setup.tells(remark)) failed(inWindowWords(remark));
    if (!m_run->history().records.empty()) m_run->askStates();  // what it has learnt so far
    const QString folder = QString::fromStdString(m_run->folder());
    if (m_resuming.isEmpty() && folder.startsWith(fallbackRunsFolder())) m_mover.note(folder);
    sayHowItStarts();
    moveRunsAlong();
    carryOut();
}

void RunController::sayHowItStarts() {
    const auto& records = m_run->history().records;
    if (!m_resuming.isEmpty()) {
        const int64_t step = records.empty() ? 0 : records.back().step;
        said(tr("The run is open again at step %1").arg(step));
        return;
    }
    const int64_t kept = m_run->statesTakenOver();
    if (kept > 0)
        said(kept == 1 ? tr("A new run from trained weights: one tensor kept")
                       : tr("A new run from trained weights: %1 tensors kept").arg(kept));
    else
        said(tr("A new run from fresh weights"));
}

void RunController::carryOut() {
    const Then then = std::exchange(m_then, Then::Nothing);
    if (then != Then::Nothing) setEnding(false);
    if (then == Then::Train) m_run->start();
    if (then == Then::StepBatch) m_run->stepBatch();
    if (then == Then::StepEntry) m_run->stepEntry();
    if (then == Then::RunToEntry) m_run->runTo(m_runToEntry);
    if (then != Then::RunToNode) return;
    const std::string node = m_runToNode.toStdString();
    const Tape& tape = m_stopPoint.insideStep ? *m_run->presentTape() : *m_run->tape();
    const int here = m_stopPoint.insideStep ? m_stopPoint.entry : -1;
    const int forward = firstEntryOf(tape, node, false), backward = firstEntryOf(tape, node, true);
    const int wanted = forward <= here && backward > here ? backward : forward;
    if (wanted >= 0) m_run->runTo(wanted);
}

QString RunController::runsFolder() const {
    const QString beside = QFileInfo(m_document.file()).absolutePath();
    const bool mayWrite =
        !m_alwaysFallback && !m_document.file().isEmpty() && QFileInfo(beside).isWritable();
    return mayWrite ? beside + QStringLiteral("/runs") : fallbackRunsFolder();
}

QString RunController::fallbackRunsFolder() const {
    return m_fallbackFolder + QStringLiteral("/runs");
}

/// What was made before the project had a file lies with those of all such projects.
void RunController::moveRunsAlong() {
    if (m_document.file().isEmpty()) return;
    if (runsFolder() == fallbackRunsFolder()) return m_mover.forget();
    const bool isLive = m_run && !isOver();
    m_mover.moveTo(runsFolder(), m_document.title(),
                   isLive ? QString::fromStdString(m_run->folder()) : QString());
}

QString RunController::newRunFolder() const {
    const QString time =
        QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    return QStringLiteral("%1/%2-%3").arg(runsFolder(), m_document.title(), time);
}

void RunController::resume(const QString& folder, const QString& dataFolder) {
    if (m_phase == RunPhase::Opening || !isOver()) return;
    if (m_opening.isRunning()) return refuse(stillEnding());
    setRefusal({});
    setPhase(RunPhase::Opening);
    m_openingEssence = runEssence(m_document.project());
    m_resuming = folder;
    m_dataMissing.reset();
    reopen(dataFolder);
}

/// The data of a run are where they were, or with the project where somebody has found them
/// before. Whether they are the run's is seen by their fingerprint.
bool RunController::resumesWithDataOfProject(const Error& why) {
    const std::string folder =
        resolvedFolder(m_document.project().data.folder, m_document.project().file);
    const bool isTried = !m_resumingData.isEmpty() || m_dataMissing;
    if (m_resuming.isEmpty() || isTried || folder.empty() || m_phase != RunPhase::Opening ||
        why.place.field != dataFolderField)
        return false;
    m_dataMissing = why;
    reopen(QString::fromStdString(folder));
    return true;
}

void RunController::reopen(const QString& dataFolder) {
    m_resumingData = dataFolder;
    m_openingStop = {};
    DataRequest request;
    request.folder = dataFolder.toStdString();
    request.threads = m_threads;
    request.stop = m_openingStop.get_token();
    m_opening.run("opening the run",
                  [folder = m_resuming.toStdString(), request = std::move(request)] {
                      return LiveRun::resume(folder, request);
                  });
}

// Earlier runs.

void RunController::lookForPastRun() {
    m_past.forget();
    pastRunChanged();
    if (m_document.file().isEmpty()) return;
    m_past.look(runsFolder(), QString::fromStdString(m_document.project().name),
                m_document.title());
}

void RunController::takeWeights(const QString& folder) {
    if (m_phase == RunPhase::Opening || !isOver()) return;
    setRefusal({});
    m_past.read(folder);
}

void RunController::pastRunIsThere() {
    if (m_phase == RunPhase::Opening || !isOver()) return m_past.forget();  // too late
    m_run.reset();
    m_stopPoint = {};
    m_runEssence.clear();
    m_states = m_past.result()->states;
    m_told = 0;
    compareWithDocument();
    setPhase(RunPhase::None);
    showTape();
    runOpened();
    pastRunChanged();
    statesArrived();
    m_frame.start();
}

}  // namespace vitrine::gui
