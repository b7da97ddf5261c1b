// SPDX-License-Identifier: GPL-3.0-or-later
// Every frame: what has come from the engine, and where the run stands.
#include "gui/bridge/run_controller.h"

#include "gui/bridge/window_words.h"

namespace vitrine::gui {

namespace event = run_machine::event;

namespace {

constexpr size_t mostRecords = 4096, mostHistograms = 512;  ///< taken in one frame

}  // namespace

void RunController::frame() {
    if (m_data.isLoading()) openingProgress(m_data.progress());
    if (m_run) {
        drainRecords();
        lookAtEngine();
        drainEvents();  // now their entries and values are those of tape()
        takeAnswers();
    }
    const bool hasHistory = history() && m_told < history()->records.size();
    if (!m_run && hasHistory) drainHistory();
    const bool idle = !m_data.isLoading() && !m_opener.isRunning() && !m_run && !hasHistory;
    if (idle) m_frame.stop();
}

void RunController::lookAtEngine() {
    const RunPhase phase = phaseOfEngine();
    const bool isPaused = phase == RunPhase::Paused;
    const bool isNew = m_machine.seenRun().phase != phase;
    if (isNew && m_run->hasLostDevice() && m_losses.isWorthAnotherTry(m_run->stepsDone()))
        return goOnAfterLoss();
    feed(event::EngineSeen{phase, isPaused ? m_run->stopPoint() : StopPoint{}});
}

/// The device, or what is chosen by now, is opened anew, and training goes on where it went on.
void RunController::goOnAfterLoss() {
    Error lost = m_run->failure();
    lost.kept =
        tr("The run goes on from its last checkpoint, with the device opened anew.").toStdString();
    if (m_device.isEmpty())
        lost.kept = tr("The run goes on from its last checkpoint, on the processor.").toStdString();
    lost.next.clear();
    const bool goesOn = m_isTraining && !m_machine.seenRun().isPausedByHand;
    feed(event::DeviceLost{m_run->folder(), drawnEssence(),
                           goesOn ? std::optional<Wish>(wish::Train{}) : std::nullopt,
                           m_device.isEmpty() ? "cpu" : m_device.toStdString()});
    remarked(inWindowWords(lost));
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
    RunEvent told;
    if (m_run && m_untold && run_machine::isOver(m_machine.seenRun().phase))
        eventArrived(*std::exchange(m_untold, std::nullopt));
    while (m_run && m_run->nextEvent(told)) {
        // The next look at the engine may find that it goes on by itself.
        if (told.kind == EventKind::Broken && !run_machine::isOver(m_machine.seenRun().phase)) {
            m_untold = told;
            return;
        }
        if (told.kind == EventKind::CheckpointFailed)
            feed(event::SaveFailed{inWindowWords(m_run->failure()), m_run->stopPoint().step});
        if (told.kind == EventKind::EditUndone)
            said(tr("A change by hand that was made further on is undone"));
        eventArrived(told);
        if (told.kind == EventKind::NonFiniteValue && !isSteppingPrediction())
            nonFiniteShown(told.value);
    }
    for (Error remark; m_run && m_run->nextRemark(remark);) {
        const bool isOurs =
            remark.code == "P12" && m_mover.hasMovedTo(QString::fromStdString(m_run->folder()));
        if (isOurs) continue;
        // What could not be read of the data is passed over, by choice.
        if (remark.code.starts_with('M'))
            remarked(inWindowWords(remark));
        else
            failed(inWindowWords(remark));
    }
}

void RunController::takeAnswers() {
    if (!m_run) return;
    if (const auto value = m_run->takeValue(); value && !isSteppingPrediction())
        valueArrived(*value);
    if (!m_run) return;
    if (const auto predictions = m_run->takePredictions()) predictionsArrived(*predictions);
    if (!m_run) return;
    if (auto states = m_run->takeStates()) {
        m_states = std::move(states);
        tellWeights();
    }
}

}  // namespace vitrine::gui
