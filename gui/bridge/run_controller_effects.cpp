// SPDX-License-Identifier: GPL-3.0-or-later
// What the machine says is to be done, done.
#include <QDateTime>
#include <QFileInfo>

#include "gui/bridge/project_essence.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/weights_origin.h"
#include "gui/bridge/window_words.h"

namespace vitrine::gui {

namespace event = run_machine::event;
namespace effect = run_machine::effect;

/// Whoever hears of an effect may make another event: its effects follow those that are left, and
/// all have been carried out when it returns.
void RunController::feed(const run_machine::Event& event) {
    run_machine::Step step = run_machine::next(std::move(m_machine), event);
    m_machine = std::move(step.state);
    m_effects.insert(m_effects.end(), std::make_move_iterator(step.effects.begin()),
                     std::make_move_iterator(step.effects.end()));
    while (!m_effects.empty()) {
        const run_machine::Effect effect = std::move(m_effects.front());
        m_effects.pop_front();
        std::visit([this](const auto& what) { carryOut(what); }, effect);
    }
}

run_machine::Facts RunController::facts() const {
    return {.engine = phaseOfEngine(),
            .hasNodes = !m_document.graph().nodes().empty(),
            .hasData = m_data.isCurrent()};
}

RunPhase RunController::phaseOfEngine() const {
    if (!m_run) return RunPhase::None;
    static constexpr RunPhase phases[] = {RunPhase::Ready,    RunPhase::Running, RunPhase::Paused,
                                          RunPhase::Finished, RunPhase::Stopped, RunPhase::Failed};
    return phases[static_cast<size_t>(m_run->state())];
}

bool RunController::isOver() const { return run_machine::isOver(phaseOfEngine()); }

bool RunController::hasUnsavedRun() const {
    return !m_retired.isEmpty() || (!isOver() && phaseOfEngine() != RunPhase::Ready);
}

void RunController::lookWhetherAllIsSaved() {
    m_mover.tryAgain();
    if (!hasUnsavedRun()) allIsSaved();
}

void RunController::carryOut(effect::Tell what) {
    using enum effect::Tell;
    switch (what) {
        case Phase:
            return phaseChanged();
        case StopPoint:  // what is shown is told of; leaving a prediction tells the run's
            if (!isSteppingPrediction()) stopPointChanged();
            return;
        case Differs:
            return differsChanged(differsFromDocument());
        case Ending:
            return endingChanged();
        case CannotSave:
            return cannotSaveChanged();
        case Refusal:
            return refusalChanged();
    }
}

void RunController::carryOut(effect::Command command) {
    using enum effect::Command;
    if (!m_run) return;
    switch (command) {
        case Start:
            return m_run->start();
        case Pause:
            return m_run->pause();
        case StepBack:
            return m_run->stepBack();
        case Stop:
            return m_run->stop();
        case AskWeights:
            return m_run->askStates();
    }
}

void RunController::carryOut(effect::Do what) {
    using enum effect::Do;
    switch (what) {
        case WantData:
            return m_data.want();
        case AbandonData:
            return m_data.abandon();
        case AbandonOpening:
            return m_opener.abandon();
        case TakeOpened:
            return takeOpened();
        case DropOpened:
            return m_opened.reset();
        case RetireRun:
            return m_retired.add(std::move(m_run));
        case GiveUpRun:
            return giveUpRun();
        case DropRun:
            return m_run.reset();
        case TakePastWeights:
            return takePastWeights();
        case ShowPastWeights:
            return showPastWeights();
        case DropPastWeights:
            return m_past.forget();
        case ForgetWeights:
            m_past.forget();
            return m_states.reset();
        case ForgetProject:
            m_mover.forget();
            m_states.reset();
            return clearBreakpoints();
        case WeightsAreLost:
            m_states.reset();
            return tellWeights();
        case RunIsOver:
            return lookWhetherAllIsSaved();
        case ShowTape:
            return showTape();
        case LookForRoom:
            return m_lookForRoom.start();
        case SayUnsaved:
            return said(tr("The run has ended unsaved; its weights are kept for the next one"));
        case ShowFresh:
            return showFresh();
    }
}

// Opening.

void RunController::carryOut(const effect::Open& opening) {
    if (const auto* resumed = std::get_if<run_machine::ResumedRun>(&opening.request))
        openAgain(*resumed);
    else
        openNew();
}

void RunController::openNew() {
    const QString time =
        QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    const QString folder = QStringLiteral("%1/%2-%3").arg(runsFolder(), m_document.title(), time);
    m_opener.open(m_document.project(), m_data.data(),
                  {.runFolder = folder.toStdString(),
                   .threads = m_threads,
                   .device = m_device.toStdString(),
                   .precision = m_device.isEmpty() ? std::string() : m_precision.toStdString(),
                   .overfitOneBatch = m_overfit,
                   .startFrom = m_states});
}

void RunController::openAgain(const run_machine::ResumedRun& request) {
    DataRequest data;
    data.folder = request.data;
    data.threads = m_threads;
    m_opener.resume(request.folder, std::move(data), request.device);
}

void RunController::openingHasEnded() {
    RunOpener::Opened opened = m_opener.take();
    if (!opened) {
        const Project& project = m_document.project();
        feed(event::OpeningFailed{opened.error(), resolvedFolder(project.data.folder, project.file),
                                  facts()});
        return;
    }
    m_opened = std::move(opened).value();
    feed(event::Opened{runEssence(m_opened->project()), drawnEssence(), facts()});
}

void RunController::takeOpened() {
    m_run = std::move(m_opened);
    m_untold.reset();
    m_past.forget();
    m_told = 0;
    m_run->callNodes(m_document.graph());
    m_run->setStops(m_stops);
    pushSamples();
}

void RunController::carryOut(const effect::ShowOpened& opened) {
    runOpened();
    pastRunChanged();
    showTape();
    m_frame.start();
    if (!m_run) return;  // whoever heard of it has let go of it
    for (const Error& remark : m_run->remarks())
        if (!m_setup.tells(remark)) remarked(inWindowWords(remark));
    if (!m_run->history().records.empty()) m_run->askStates();  // what it has learnt so far
    const QString folder = QString::fromStdString(m_run->folder());
    if (!opened.isResumed && folder.startsWith(fallbackRunsFolder())) m_mover.note(folder);
    sayHowItStarts(opened.isResumed);
    moveRunsAlong();
}

void RunController::sayHowItStarts(bool isResumed) {
    const auto& records = m_run->history().records;
    if (isResumed) {
        const int64_t step = records.empty() ? 0 : records.back().step;
        return said(tr("The run is open again at step %1").arg(step));
    }
    const int64_t kept = m_run->statesTakenOver();
    const QString origin = originOf(m_document.graph());
    if (kept == 0)
        return said(origin.isEmpty() ? tr("A new run from fresh weights")
                                     : tr("A new run from the weights of %1").arg(origin));
    said(kept == 1 ? tr("A new run from trained weights: one tensor kept")
                   : tr("A new run from trained weights: %1 tensors kept").arg(kept));
}

void RunController::carryOut(const effect::CarryOut& wanted) {
    if (!m_run) return;
    m_isTraining = std::holds_alternative<wish::Train>(wanted.wish);
    if (m_isTraining) m_run->start();
    if (std::holds_alternative<wish::StepBatch>(wanted.wish)) m_run->stepBatch();
    if (std::holds_alternative<wish::StepEntry>(wanted.wish)) m_run->stepEntry();
    if (const auto* to = std::get_if<wish::RunToEntry>(&wanted.wish)) m_run->runTo(to->entry);
    if (const auto* to = std::get_if<wish::RunToNode>(&wanted.wish)) goToNode(to->node);
}

/// To where it is computed next: forward, or backward where it stands behind that.
void RunController::goToNode(const std::string& node) {
    const StopPoint stop = stopPoint();
    const auto tape = stop.insideStep ? m_run->presentTape() : m_run->tape();
    const int here = stop.insideStep ? stop.entry : -1;
    const int forward = firstEntryOf(*tape, node, false),
              backward = firstEntryOf(*tape, node, true);
    const int wanted = forward <= here && backward > here ? backward : forward;
    if (wanted >= 0) m_run->runTo(wanted);
}

// Starts that come to nothing.

void RunController::carryOut(const effect::Refuse& refused) {
    startRefused(refused.why);
    failed(refused.why);
}

void RunController::carryOut(const effect::Fail& trouble) { failed(trouble.why); }

void RunController::carryOut(const effect::AskForData& asked) {
    dataOfRunMissing(QString::fromStdString(asked.run), asked.why);
}

// Weights.

void RunController::giveUpRun() {
    if (auto states = m_run->takeStates()) m_states = std::move(states);
    m_run.reset();
}

void RunController::showFresh() {
    statesArrived();
    pastRunChanged();
    const QString origin = originOf(m_document.graph());
    said(origin.isEmpty() ? tr("The next run starts from fresh weights")
                          : tr("The next run starts from the weights of %1").arg(origin));
}

void RunController::tellWeights() {
    statesArrived();
    feed(event::WeightsCame{facts()});
}

void RunController::carryOut(const effect::ReadPastWeights& wanted) {
    const QString path = QString::fromStdString(wanted.folder);
    if (QFileInfo(path).isFile()) return m_past.readWeights(path, m_document.project());
    m_past.read(path);
}

void RunController::takePastWeights() {
    m_run.reset();
    m_states = m_past.result()->states;
    m_told = 0;
}

void RunController::showPastWeights() {
    runOpened();
    pastRunChanged();
    statesArrived();
    m_frame.start();
}

}  // namespace vitrine::gui
