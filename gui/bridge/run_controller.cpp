// SPDX-License-Identifier: GPL-3.0-or-later
// Opening, commanding and draining runs.
#include "gui/bridge/run_controller.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <thread>

#include "gui/bridge/project_essence.h"
#include "gui/bridge/window_words.h"

namespace vitrine::gui {

namespace {

constexpr int frameMs = 33, planDelayMs = 120;

Error noNetwork() {
    return {"P10", "there is no network to train yet", {}, {}, "Add nodes: Tab on the canvas."};
}

}  // namespace

RunController::RunController(Document& document, QObject* parent)
    : QObject(parent), m_document(document), m_data(document), m_setup(document, m_data) {
    m_threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    m_frame.setInterval(frameMs);
    connect(&m_frame, &QTimer::timeout, this, &RunController::frame);
    m_planDelay.setSingleShot(true);
    m_planDelay.setInterval(planDelayMs);
    connect(&m_planDelay, &QTimer::timeout, this, &RunController::plan);
    connect(&m_opening, &BackgroundWork::finished, this, &RunController::runIsOpen);
    connect(&m_planning, &BackgroundWork::finished, this, &RunController::planIsThere);
    m_data.setThreads(m_threads);
    connect(&m_data, &DataKeeper::changed, this, &RunController::dataChanged);
    connect(&m_setup, &SetupKeeper::changed, this, &RunController::setupChanged);
    connect(&m_data, &DataKeeper::settled, this, &RunController::dataAreSettled);
    connect(&m_data, &DataKeeper::loadingChanged, this, [this] {
        if (m_data.isLoading()) m_frame.start();
        loadingChanged();
    });
    connect(&document, &Document::replaced, this, &RunController::documentReplaced);
    connect(&document, &Document::graphChanged, this, &RunController::documentChanged);
    connect(&document, &Document::settingsChanged, this, &RunController::documentChanged);
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
    m_resumeStop.request_stop();
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
    m_run.reset();
    m_states.reset();
    m_runEssence.clear();
    m_stopPoint = {};
    setStops({{}, m_stops.nonFinite, m_stops.record});
    setPhase(RunPhase::None);
}

void RunController::documentChanged() {
    compareWithDocument();
    m_planDelay.start();
}

void RunController::compareWithDocument() {
    const bool differs = m_run && runEssence(m_document.project()) != m_runEssence;
    if (differs == m_differs) return;
    m_differs = differs;
    differsChanged(differs);
    showTape();
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
        m_plan = *planned;
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

// Opening.

/// A load has ended: what waits for it goes on.
void RunController::dataAreSettled() {
    if (m_phase != RunPhase::Opening || m_opening.isRunning()) return;
    if (m_then != Then::Nothing && m_data.isCurrent()) {
        openRun();
        return;
    }
    const bool isWanted = std::exchange(m_then, Then::Nothing) != Then::Nothing;
    setPhase(phaseOfRun());
    if (isWanted && m_data.error()) failed(*m_data.error());
}

bool RunController::isOver() const {
    if (!m_run) return true;
    const RunState state = m_run->state();
    return state == RunState::Finished || state == RunState::Stopped || state == RunState::Failed;
}

/// What is drawn has changed since the run was opened. A run that was gone on with stays, whatever
/// was drawn then.
bool RunController::mustOpenAnew() const {
    return m_differs && runEssence(m_document.project()) != m_acceptedEssence;
}

void RunController::begin(Then then) {
    m_then = then;
    if (m_phase == RunPhase::Opening) return;
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
        failed(noNetwork());
        return;
    }
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
    LiveOptions options{.runFolder = newRunFolder().toStdString(),
                        .threads = m_threads,
                        .overfitOneBatch = m_overfit,
                        .startFrom = m_states};
    m_opening.run("opening the run",
                  [project = m_document.project(), data = m_data.data(),
                   options = std::move(options)] { return LiveRun::open(project, data, options); });
}

void RunController::runIsOpen() {
    Opened opened = m_opening.take();
    if (std::exchange(m_openingRefused, false)) {
        if (opened) opened.value().reset();
        if (m_then != Then::Nothing)
            openRun();
        else if (m_phase == RunPhase::Opening)
            setPhase(phaseOfRun());
        return;
    }
    if (!opened) {
        m_then = Then::Nothing;
        setPhase(phaseOfRun());
        failed(inWindowWords(opened.error()));
        return;
    }
    m_run = std::move(opened).value();
    m_runEssence = runEssence(m_run->project());
    m_acceptedEssence = std::exchange(m_openingEssence, {});
    m_history = 0;
    m_waitsForRoom = false;
    m_waitsAt = -1;
    m_stopPoint = {};
    m_run->setStops(m_stops);
    pushSamples();
    compareWithDocument();
    setPhase(RunPhase::Ready);
    runOpened();
    showTape();
    m_frame.start();
    for (const Error& remark : m_run->remarks())
        if (!m_setup.tells(remark)) failed(remark);
    if (!m_run->history().records.empty()) m_run->askStates();  // what it has learnt so far
    carryOut();
}

void RunController::carryOut() {
    const Then then = std::exchange(m_then, Then::Nothing);
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
    return (mayWrite ? beside : m_fallbackFolder) + QStringLiteral("/runs");
}

QString RunController::newRunFolder() const {
    const QString time =
        QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    return QStringLiteral("%1/%2-%3").arg(runsFolder(), m_document.title(), time);
}

void RunController::resume(const QString& folder) {
    if (m_phase == RunPhase::Opening || m_opening.isRunning() || !isOver()) return;
    setPhase(RunPhase::Opening);
    m_openingEssence = runEssence(m_document.project());
    m_resumeStop = {};
    DataRequest request;
    request.threads = m_threads;
    request.stop = m_resumeStop.get_token();
    m_opening.run("opening the run", [folder = folder.toStdString(), request = std::move(request)] {
        return LiveRun::resume(folder, request);
    });
}

// Commands.

void RunController::train() { begin(Then::Train); }
void RunController::stepBatch() { begin(Then::StepBatch); }
void RunController::stepEntry() { begin(Then::StepEntry); }

void RunController::pause() {
    m_waitsForRoom = false;
    if (m_run) m_run->pause();
}

void RunController::playOrPause() {
    if (m_phase == RunPhase::Running)
        pause();
    else
        train();
}

void RunController::stepBack() {
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
    if (isOver())
        abandonOpening();
    else
        m_run->stop();
}

void RunController::abandonOpening() {
    m_data.abandon();
    refuseOpening();
}

/// Nobody wants the run any more that is being opened.
void RunController::refuseOpening() {
    if (!m_opening.isRunning()) return;
    m_openingRefused = true;
    m_resumeStop.request_stop();
}

void RunController::resetWeights() {
    if (m_phase == RunPhase::Opening) return;
    if (m_run && !isOver()) m_run->stop();
    m_run.reset();
    m_states.reset();
    m_stopPoint = {};
    m_reopen = false;
    compareWithDocument();
    setPhase(RunPhase::None);
    showTape();
    statesArrived();
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
    if (m_phase == RunPhase::Paused) m_run->editValue(value, element, number);
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
        for (const std::string& node : request.activations)
            if (std::find(all.activations.begin(), all.activations.end(), node) ==
                all.activations.end())
                all.activations.push_back(node);
    }
    m_run->setSamples(std::move(all));
}

void RunController::ask(const ValueQuery& query) {
    if (m_phase == RunPhase::Paused) m_run->ask(query);
}

void RunController::askStates() {
    if (m_run) m_run->askStates();
}

}  // namespace vitrine::gui
