// SPDX-License-Identifier: GPL-3.0-or-later
// Every frame: what has come from the engine, and where the run stands.
#include "gui/bridge/run_controller.h"

#include "gui/bridge/window_words.h"

namespace vitrine::gui {

namespace {

constexpr size_t mostRecords = 4096, mostHistograms = 512;  ///< taken in one frame

}  // namespace

void RunController::frame() {
    if (m_data.isLoading()) openingProgress(m_data.progress());
    if (m_run) {
        drainRecords();
        updatePhase();
        drainEvents();  // now their entries and values are those of tape()
        takeAnswers();
    }
    if (m_run) goOnWhenThereIsRoom();
    const bool hasHistory = history() && m_told < history()->records.size();
    if (!m_run && hasHistory) drainHistory();
    const bool idle = !m_data.isLoading() && !m_opening.isRunning() && !m_run && !hasHistory;
    if (idle) m_frame.stop();
}

/// Of the run, before it was opened this time, or of an earlier one that is shown.
const RunHistory* RunController::history() const {
    if (m_run) return &m_run->history();
    return pastRun() ? &pastRun()->history : nullptr;
}

/// What was made before, a part in each frame.
void RunController::drainHistory() {
    const RunHistory& told = *history();
    const auto end = std::min(m_told + mostRecords, told.records.size());
    m_records.assign(told.records.begin() + static_cast<ptrdiff_t>(m_told),
                     told.records.begin() + static_cast<ptrdiff_t>(end));
    m_told = end;
    recordsArrived(m_records);
    if (m_told == told.records.size())
        for (const RunEvent& epoch : told.epochs) eventArrived(epoch);
}

void RunController::drainRecords() {
    if (m_told < m_run->history().records.size()) return drainHistory();
    m_records.clear();
    StepRecord record;
    while (m_records.size() < mostRecords && m_run->nextRecord(record)) m_records.push_back(record);
    if (!m_records.empty()) recordsArrived(m_records);
    m_histograms.clear();
    HistogramRecord histogram;
    while (m_histograms.size() < mostHistograms && m_run->nextHistogram(histogram))
        m_histograms.push_back(histogram);
    if (!m_histograms.empty()) histogramsArrived(m_histograms);
}

void RunController::drainEvents() {
    RunEvent event;
    while (m_run && m_run->nextEvent(event)) {
        if (event.kind == EventKind::CheckpointFailed) noteThatItCannotBeSaved();
        if (event.kind == EventKind::EditUndone)
            said(tr("A change by hand that was made further on is undone"));
        eventArrived(event);
    }
    for (Error remark; m_run && m_run->nextRemark(remark);) {
        const bool isOurs =
            remark.code == "P12" && m_mover.hasMovedTo(QString::fromStdString(m_run->folder()));
        if (!isOurs) failed(inWindowWords(remark));
    }
}

/// A full disk pauses the run; it goes on by itself when there is room. Told once for each step
/// that it stands still at.
void RunController::noteThatItCannotBeSaved() {
    Error error = inWindowWords(m_run->failure());
    const bool isFull = error.code == "C09";
    const int64_t step = m_run->stopPoint().step;
    m_stopFailed = m_isEnding;
    m_run->askStates();
    setEnding(false);
    setCannotSave(error);
    if (hasLostItsFolder()) {
        error.kept = "The weights are in memory still.";
        error.next =
            "Train (Space) goes on learning from them in a new folder; Stop (Shift+F5) ends the "
            "run and keeps them for the next one.";
    } else if (m_stopFailed) {
        error.next += " Stop (Shift+F5) once more ends the run without saving.";
    } else if (isFull) {
        error.next += " The run goes on by itself when there is room.";
    }
    if (!isFull || m_stopFailed || step != m_waitsAt) failed(error);
    m_waitsAt = step;
    m_waitsForRoom = isFull && !m_stopFailed;
    m_lastTry.start();
}

void RunController::setCannotSave(std::optional<Error> why) {
    if (!why && !m_cannotSave) return;
    m_cannotSave = std::move(why);
    if (!m_cannotSave) m_stopFailed = false;
    cannotSaveChanged();
}

/// Somebody has deleted it: trying again is no use.
bool RunController::hasLostItsFolder() const { return m_cannotSave && m_cannotSave->code == "G01"; }

/// Nothing more is written; what it has learnt stays in memory.
void RunController::giveUp() {
    setCannotSave({});
    setEnding(false);
    m_waitsForRoom = false;
    if (auto states = m_run->takeStates()) m_states = std::move(states);
    m_run.reset();
    m_stopPoint = {};
    m_runEssence.clear();
    compareWithDocument();
    setPhase(RunPhase::None);
    showTape();
}

void RunController::goOnWhenThereIsRoom() {
    constexpr int tryAgainMs = 500;
    if (!m_waitsForRoom || m_lastTry.elapsed() < tryAgainMs) return;
    m_lastTry.start();
    const bool isPaused = m_run->state() == RunState::Paused;
    if (isPaused && m_run->isInTrouble()) return;
    m_waitsForRoom = false;
    if (isPaused) m_run->start();
}

void RunController::takeAnswers() {
    if (!m_run) return;
    if (const auto value = m_run->takeValue()) valueArrived(*value);
    if (const auto predictions = m_run->takePredictions()) predictionsArrived(*predictions);
    if (auto states = m_run->takeStates()) {
        m_states = std::move(states);
        statesArrived();
        if (m_reopen && isOver()) openRun();
    }
}

void RunController::setPhase(RunPhase phase) {
    if (phase == m_phase) return;
    m_phase = phase;
    phaseChanged();
}

RunPhase RunController::phaseOfRun() const {
    if (!m_run) return RunPhase::None;
    static constexpr RunPhase phases[] = {RunPhase::Ready,    RunPhase::Running, RunPhase::Paused,
                                          RunPhase::Finished, RunPhase::Stopped, RunPhase::Failed};
    return phases[static_cast<size_t>(m_run->state())];
}

void RunController::updatePhase() {
    if (!m_run || m_phase == RunPhase::Opening) return;
    const RunPhase phase = phaseOfRun();
    const bool wasElsewhere = phase != m_phase;
    // The event that sets it comes before the engine's state: only leaving the pause ends it.
    if (m_phase == RunPhase::Paused && phase != RunPhase::Paused) setCannotSave({});
    if (phase == RunPhase::Paused) {
        const StopPoint here = m_run->stopPoint();
        const bool moved = here.step != m_stopPoint.step || here.entry != m_stopPoint.entry ||
                           here.insideStep != m_stopPoint.insideStep || wasElsewhere;
        m_stopPoint = here;
        if (wasElsewhere && !here.insideStep) m_run->askStates();
        setPhase(phase);
        if (moved) {
            showTape();
            stopPointChanged();
        }
        return;
    }
    if (!wasElsewhere) return;
    m_stopPoint = {};
    setPhase(phase);
    stopPointChanged();
    if (isOver()) runIsOver();
}

void RunController::runIsOver() {
    setEnding(false);
    m_mover.tryAgain();
    if (!hasUnsavedRun()) allIsSaved();
    if (m_run->state() != RunState::Failed) {
        m_run->askStates();
        return;
    }
    m_states.reset();  // they may hold what is not finite
    statesArrived();
    if (m_reopen) openRun();
}

}  // namespace vitrine::gui
