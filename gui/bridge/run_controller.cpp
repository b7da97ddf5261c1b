// SPDX-License-Identifier: GPL-3.0-or-later
// What follows the document, and what a person does.
#include "gui/bridge/run_controller.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <thread>

#include "gui/bridge/freed_elsewhere.h"
#include "gui/bridge/project_essence.h"
#include "gui/bridge/window_words.h"

namespace vitrine::gui {

namespace {

constexpr int frameMs = 33, planDelayMs = 120;

}  // namespace

RunController::RunController(Document& document, QObject* parent)
    : QObject(parent), m_document(document), m_data(document), m_setup(document, m_data) {
    m_threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    m_frame.setObjectName(QStringLiteral("RunController.frame"));
    m_frame.setInterval(frameMs);
    connect(&m_frame, &QTimer::timeout, this, &RunController::frame);
    m_planDelay.setSingleShot(true);
    m_planDelay.setInterval(planDelayMs);
    connect(&m_planDelay, &QTimer::timeout, this, &RunController::plan);
    connect(&m_opening, &BackgroundWork::finished, this, &RunController::runIsOpen);
    connect(&m_planning, &BackgroundWork::finished, this, &RunController::planIsThere);
    m_data.setThreads(m_threads);
    connect(&m_data, &DataKeeper::changed, this, [this] {
        if (m_data.data() && m_refusal && m_refusal->place.field == dataFolderField) setRefusal({});
        dataChanged();
    });
    connect(&m_setup, &SetupKeeper::changed, this, &RunController::setupChanged);
    connect(&m_data, &DataKeeper::settled, this, &RunController::dataAreSettled);
    connect(&m_data, &DataKeeper::loadingChanged, this, [this] {
        if (m_data.isLoading()) m_frame.start();
        loadingChanged();
    });
    connect(&m_past, &PastRunKeeper::found, this, &RunController::pastRunIsThere);
    connect(&m_past, &PastRunKeeper::refused, this, &RunController::refuse);
    connect(&m_retired, &RetiredRuns::failed, this, &RunController::failed);
    connect(&m_retired, &RetiredRuns::emptied, this, [this] {
        m_mover.tryAgain();
        if (!hasUnsavedRun()) allIsSaved();
    });
    connect(&m_mover, &RunMover::failed, this, &RunController::failed);
    connect(&m_mover, &RunMover::moved, this, [this](int count, const QString& folder) {
        said(count == 1 ? tr("The run has moved along to %1").arg(folder)
                        : tr("%1 runs have moved along to %2").arg(count).arg(folder));
    });
    connect(&document, &Document::replaced, this, &RunController::documentReplaced);
    connect(&document, &Document::fileChanged, this, &RunController::moveRunsAlong);
    connect(&document, &Document::graphChanged, this, [this] {
        if (m_document.lastChange().changesMeaning) documentChanged();
    });
    connect(&document, &Document::settingsChanged, this, &RunController::documentChanged);
    connect(&document, &Document::nodeRenamed, this,
            [this](const QString& from, const QString& to) {
                // The run is told of it with the new names, in compareWithDocument.
                for (Breakpoint& point : m_stops.breakpoints)
                    if (point.node == from.toStdString()) point.node = to.toStdString();
                stopsChanged();
            });
    documentChanged();
}

RunController::~RunController() { shutDown(); }

void RunController::shutDown() {
    m_frame.stop();
    m_planDelay.stop();
    m_then = Then::Nothing;
    m_reopen = false;
    m_data.shutDown();
    m_setup.shutDown();
    m_past.shutDown();
    m_mover.waitForFinished();
    m_retired.abandon();
    m_openingStop.request_stop();
    m_opening.waitForFinished();
    m_planning.waitForFinished();
    m_openingRefused = false;
    m_run.reset();
    m_stopPoint = {};
    setPhase(RunPhase::None);
}

// The document.

void RunController::documentReplaced() {
    m_then = Then::Nothing;
    m_reopen = false;
    refuseOpening();
    retireRun();
    m_mover.forget();
    m_states.reset();
    m_runEssence.clear();
    setStops({{}, m_stops.nonFinite, m_stops.record});
    setPhase(RunPhase::None);
    setRefusal({});
    lookForPastRun();
}

/// What stands in its place next must not cost what it has learnt.
void RunController::retireRun() {
    m_retired.add(std::move(m_run));
    m_run.reset();
    m_stopPoint = {};
    setCannotSave({});
    setEnding(false);
}

bool RunController::isAtFault() const {
    return m_planError || std::ranges::any_of(setup(), &SetupFinding::isFatal);
}

bool RunController::hasUnsavedRun() const {
    return !m_retired.isEmpty() || (m_run && !isOver() && m_run->state() != RunState::Ready);
}

void RunController::setRefusal(std::optional<Error> refusal) {
    if (!refusal && !m_refusal) return;
    m_refusal = std::move(refusal);
    refusalChanged();
}

/// A start comes to nothing.
void RunController::refuse(const Error& error) {
    setRefusal(error);
    startRefused(error);
    failed(error);
}

void RunController::setEnding(bool ending) {
    if (ending == m_isEnding) return;
    m_isEnding = ending;
    endingChanged();
}

void RunController::documentChanged() {
    setRefusal({});  // the edit may have mended it
    compareWithDocument();
    m_planDelay.start();
}

/// A node that was renamed is the same for the run, which shows it under its name.
void RunController::compareWithDocument() {
    const bool isRenamed = m_run && m_run->callNodes(m_document.graph());
    if (isRenamed) m_run->setStops(m_stops);
    const bool differs = m_run && runEssence(m_document.project()) != m_runEssence;
    const bool isNew = differs != m_differs;
    m_differs = differs;
    if (isNew) differsChanged(differs);
    if (isNew || isRenamed) showTape();
}

void RunController::plan() {
    if (m_planning.isRunning()) {
        m_planDelay.start();
        return;
    }
    m_planning.run("planning the network",
                   [project = m_document.project()] { return planTraining(project); });
}

void RunController::planIsThere() {
    const Planned planned = m_planning.take();
    if (planned) {
        m_plan = freedElsewhere(*planned);
        m_planError.reset();
    } else {
        m_plan.reset();
        m_planError = planned.error();
    }
    planChanged();
    showTape();
}

void RunController::showTape() {
    const bool ofRun = m_run && (!m_differs || !isOver());
    std::shared_ptr<const Tape> tape = m_plan;
    if (ofRun) tape = m_stopPoint.insideStep ? m_run->presentTape() : m_run->tape();
    if (tape == m_tape) return;
    m_tape = std::move(tape);
    tapeChanged();
}

// Commands.

void RunController::train() { begin(Then::Train); }
void RunController::stepBatch() { begin(Then::StepBatch); }
void RunController::stepEntry() { begin(Then::StepEntry); }

void RunController::pause() {
    m_waitsForRoom = false;
    m_byPause = true;
    if (m_run) m_run->pause();
}

void RunController::playOrPause() {
    if (m_phase == RunPhase::Running)
        pause();
    else
        train();
}

void RunController::stepBack() {
    m_byPause = false;
    if (m_phase == RunPhase::Paused && m_stopPoint.canStepBack) m_run->stepBack();
}

void RunController::runToNode(const QString& node) {
    m_runToNode = node;
    begin(Then::RunToNode);
}

void RunController::runToEntry(int entry) {
    m_runToEntry = entry;
    begin(Then::RunToEntry);
}

void RunController::stop() {
    m_then = Then::Nothing;
    m_reopen = false;
    if (isOver()) {
        abandonOpening();
        return;
    }
    if (hasLostItsFolder() || m_stopFailed) {
        giveUp();
        said(tr("The run has ended unsaved; its weights are kept for the next one"));
        return;
    }
    m_run->stop();
    setEnding(true);
}

/// Answers at once: what is being made ends in the background, and nobody takes it.
void RunController::abandonOpening() {
    const bool wasOpening = m_phase == RunPhase::Opening;
    m_data.abandon();
    refuseOpening();
    if (!wasOpening) return;
    setPhase(phaseOfRun());
    setRefusal(Error{std::string(stoppedCode),
                     "the start was stopped",
                     {},
                     "Nothing was trained.",
                     "Train (Space) starts again."});
}

/// Nobody wants the run any more that is being opened.
void RunController::refuseOpening() {
    if (!m_opening.isRunning()) return;
    m_openingRefused = true;
    m_openingStop.request_stop();
}

void RunController::resetWeights() {
    if (m_phase == RunPhase::Opening) return;
    retireRun();
    m_past.forget();
    m_states.reset();
    m_reopen = false;
    compareWithDocument();
    setPhase(RunPhase::None);
    showTape();
    statesArrived();
    pastRunChanged();
    said(tr("The next run starts from fresh weights"));
}

void RunController::setOverfitOneBatch(bool on) {
    if (on == m_overfit) return;
    m_overfit = on;
    optionsChanged();
}

void RunController::setThreads(int threads) {
    if (threads == m_threads) return;
    m_threads = threads;
    m_data.setThreads(threads);
    optionsChanged();
}

void RunController::setLearningRate(double rate) {
    if (m_run && !isOver()) m_run->setLearningRate(rate);
}

void RunController::editValue(ValueId value, int64_t element, double number) {
    if (m_run && m_phase == RunPhase::Paused) m_run->editValue(value, element, number);
}

void RunController::setStops(StopRequest stops) {
    m_stops = std::move(stops);
    if (m_run) m_run->setStops(m_stops);
    stopsChanged();
}

void RunController::toggleBreakpoint(const QString& node, bool backward) {
    StopRequest stops = m_stops;
    const Breakpoint breakpoint{node.toStdString(), backward};
    if (std::erase(stops.breakpoints, breakpoint) == 0) stops.breakpoints.push_back(breakpoint);
    setStops(std::move(stops));
}

void RunController::clearBreakpoints() { setStops({{}, m_stops.nonFinite, m_stops.record}); }

void RunController::setNonFiniteWatch(NonFiniteWatch watch) {
    setStops({m_stops.breakpoints, watch, m_stops.record});
}

void RunController::setRecordSteps(bool on) {
    setStops({m_stops.breakpoints, m_stops.nonFinite, on});
}

void RunController::setSamples(QObject* who, const SampleRequest& request) {
    const auto known = std::find_if(m_samples.begin(), m_samples.end(),
                                    [&](const auto& entry) { return entry.first == who; });
    if (known != m_samples.end()) {
        known->second = request;
    } else {
        m_samples.emplace_back(who, request);
        connect(who, &QObject::destroyed, this, [this, who] {
            std::erase_if(m_samples, [who](const auto& entry) { return entry.first == who; });
            pushSamples();
        });
    }
    pushSamples();
}

void RunController::pushSamples() {
    if (!m_run) return;
    SampleRequest all;
    for (const auto& [who, request] : m_samples) {
        all.gradients |= request.gradients;
        all.weights |= request.weights;
        all.timings |= request.timings;
        all.budget = std::max(all.budget, request.budget);
        for (const std::string& node : request.activations)
            if (std::find(all.activations.begin(), all.activations.end(), node) ==
                all.activations.end())
                all.activations.push_back(node);
    }
    m_run->setSamples(std::move(all));
}

void RunController::ask(const ValueQuery& query) {
    if (m_run) m_run->ask(query);
}

void RunController::askStates() {
    if (m_run) m_run->askStates();
}

}  // namespace vitrine::gui
