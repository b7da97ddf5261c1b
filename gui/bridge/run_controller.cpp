// SPDX-License-Identifier: GPL-3.0-or-later
// What happens, as events for the machine: a person, the document, and work in the background.
#include "gui/bridge/run_controller.h"

#include <QFileInfo>

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/session/device_silence.h"
#include "gui/bridge/project_essence.h"
#include "gui/bridge/window_words.h"

namespace vitrine::gui {

namespace event = run_machine::event;

namespace {

constexpr int frameMs = 33, lookForRoomMs = 500;

}  // namespace

RunController::RunController(Document& document, QObject* parent)
    : QObject(parent),
      m_document(document),
      m_data(document),
      m_setup(document, m_data),
      m_plan(document),
      m_parameters(document) {
    m_threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    m_data.setThreads(m_threads);
    m_frame.setObjectName(QStringLiteral("RunController.frame"));
    m_frame.setInterval(frameMs);
    connect(&m_frame, &QTimer::timeout, this, &RunController::frame);
    m_lookForRoom.setSingleShot(true);
    m_lookForRoom.setInterval(lookForRoomMs);
    connect(&m_lookForRoom, &QTimer::timeout, this, [this] {
        const RunPhase engine = phaseOfEngine();
        feed(event::RoomLookedFor{engine, engine == RunPhase::Paused && m_run->isInTrouble()});
    });
    connect(&m_opener, &RunOpener::ended, this, &RunController::openingHasEnded);
    connect(&m_samples, &SampleRequests::changed, this, &RunController::pushSamples);
    followKeepers();
    followPrediction();
    followDocument();
}

RunController::~RunController() { shutDown(); }

void RunController::followKeepers() {
    connect(&m_data, &DataKeeper::changed, this, [this] {
        if (m_data.data()) feed(event::DataCame{});
        dataChanged();
    });
    connect(&m_data, &DataKeeper::settled, this, [this] {
        feed(event::DataSettled{facts(), m_data.error()});
    });
    connect(&m_data, &DataKeeper::loadingChanged, this, [this] {
        if (m_data.isLoading()) m_frame.start();
        loadingChanged();
    });
    connect(&m_setup, &SetupKeeper::changed, this, &RunController::setupChanged);
    connect(&m_plan, &PlanKeeper::changed, this, [this] {
        planChanged();
        showTape();
    });
    connect(&m_past, &PastRunKeeper::found, this,
            [this] { feed(event::PastWeightsRead{facts()}); });
    connect(&m_past, &PastRunKeeper::refused, this,
            [this](const Error& error) { feed(event::PastWeightsRefused{error}); });
    connect(&m_past, &PastRunKeeper::weightsFound, this, &RunController::weightsTaken);
    connect(&m_parameters, &ParameterKeeper::replaced, this,
            [this](const Error& remark) { remarked(inWindowWords(remark)); });
    connect(&m_retired, &RetiredRuns::failed, this, &RunController::failed);
    connect(&m_retired, &RetiredRuns::emptied, this, &RunController::lookWhetherAllIsSaved);
    connect(&m_mover, &RunMover::failed, this, &RunController::failed);
    connect(&m_mover, &RunMover::moved, this, [this](int count, const QString& folder) {
        said(count == 1 ? tr("The run has moved along to %1").arg(folder)
                        : tr("%1 runs have moved along to %2").arg(count).arg(folder));
    });
}

/// What is to be saved is saved by now: a GPU that hangs keeps nobody from leaving.
void RunController::shutDown() {
    constexpr std::chrono::seconds patience(1);
    const LastDevicePatience lastPatience(patience);
    m_frame.stop();
    m_parameters.shutDown();
    m_data.shutDown();
    m_setup.shutDown();
    m_past.shutDown();
    m_mover.waitForFinished();
    m_retired.abandon();
    m_opener.shutDown();
    m_plan.shutDown();
    m_prediction.shutDown();
    feed(event::ShutDown{});
}

// The document.

void RunController::followDocument() {
    connect(&m_document, &Document::replaced, this, &RunController::documentReplaced);
    connect(&m_document, &Document::fileChanged, this, &RunController::moveRunsAlong);
    connect(&m_document, &Document::graphChanged, this, [this] {
        if (m_document.lastChange().changesMeaning) documentChanged();
    });
    connect(&m_document, &Document::settingsChanged, this, &RunController::documentChanged);
    connect(&m_document, &Document::nodeRenamed, this, &RunController::nodeIsRenamed);
}

void RunController::documentReplaced() {
    leavePrediction();
    feed(event::DocumentReplaced{});
    m_past.forget();
    pastRunChanged();
    if (m_document.file().isEmpty()) return;
    m_past.look(runsFolder(), QString::fromStdString(m_document.project().name),
                m_document.title());
}

/// A node that was renamed is the same for the run, which shows it under its name.
void RunController::documentChanged() {
    editMayEndPrediction();
    const bool isRenamed = m_run && m_run->callNodes(m_document.graph());
    if (isRenamed) m_run->setStops(m_stops);
    feed(event::DocumentEdited{m_run ? drawnEssence() : std::string()});
    if (isRenamed) showTape();
}

/// The run is told of it with the new names, in documentChanged.
void RunController::nodeIsRenamed(const QString& from, const QString& to) {
    endPrediction();  // its tape has the old name
    for (Breakpoint& point : m_stops.breakpoints)
        if (point.node == from.toStdString()) point.node = to.toStdString();
    stopsChanged();
}

std::string RunController::drawnEssence() const { return runEssence(m_document.project()); }

bool RunController::isAtFault() const {
    return planError() || std::ranges::any_of(setup(), &SetupFinding::isFatal);
}

bool RunController::isTapeOfRun() const {
    return m_run && (m_tape == m_run->tape() || m_tape == m_run->presentTape());
}

void RunController::showTape() {
    const bool ofRun = m_run && (!differsFromDocument() || !isOver());
    std::shared_ptr<const Tape> tape = m_plan.tape();
    if (ofRun) tape = stopPoint().insideStep ? m_run->presentTape() : m_run->tape();
    if (isSteppingPrediction()) tape = m_prediction.tape();
    if (tape == m_tape) return;
    m_tape = std::move(tape);
    tapeChanged();
}

// What a person does.

void RunController::want(Wish wish) {
    feed(event::Wanted{std::move(wish), m_run ? drawnEssence() : std::string(), facts()});
}

void RunController::stepBatch() { want(wish::StepBatch{}); }

void RunController::train() {
    if (isPredicting()) return movePrediction([this] { m_prediction.run(); });
    want(wish::Train{});
}

void RunController::stepEntry() {
    if (isPredicting()) return movePrediction([this] { m_prediction.stepEntry(); });
    want(wish::StepEntry{});
}

void RunController::runToNode(const QString& node) {
    if (isPredicting()) return movePrediction([&] { m_prediction.runToNode(node.toStdString()); });
    want(wish::RunToNode{node.toStdString()});
}

void RunController::runToEntry(int entry) {
    if (isPredicting()) return movePrediction([&] { m_prediction.runTo(entry); });
    want(wish::RunToEntry{entry});
}

void RunController::playOrPause() {
    if (phase() == RunPhase::Running && !isPredicting())
        pause();
    else
        train();
}

void RunController::pause() { feed(event::PauseWanted{}); }

void RunController::stepBack() {
    if (isPredicting()) return m_prediction.stepBack();
    feed(event::StepBackWanted{});
}

void RunController::stop() {
    if (isPredicting()) return leavePrediction();
    feed(event::StopWanted{facts()});
}

void RunController::resetWeights() { feed(event::FreshWeightsWanted{}); }

void RunController::resume(const QString& folder, const QString& data) {
    feed(event::ResumeWanted{folder.toStdString(), data.toStdString(), drawnEssence(), facts()});
}

void RunController::takeWeights(const QString& folder) {
    feed(event::PastWeightsWanted{folder.toStdString(), facts()});
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

void RunController::setDevice(const QString& device) {
    if (device == std::exchange(m_device, device)) return;
    optionsChanged();
}

void RunController::setPrecision(const QString& precision) {
    if (precision == std::exchange(m_precision, precision)) return;
    optionsChanged();
}

void RunController::setLearningRate(double rate) {
    if (!isOver()) m_run->setLearningRate(rate);
}

void RunController::editValue(ValueId value, int64_t element, double number) {
    if (isSteppingPrediction()) return m_prediction.edit(value, element, number);
    if (m_run && phase() == RunPhase::Paused) m_run->editValue(value, element, number);
}

void RunController::setStops(StopRequest stops) {
    m_stops = std::move(stops);
    if (m_run) m_run->setStops(m_stops);
    stopsChanged();
}

/// Of what is shown.
void RunController::setBreakpoints(std::vector<Breakpoint> breakpoints) {
    if (!isSteppingPrediction())
        return setStops({std::move(breakpoints), m_stops.nonFinite, m_stops.record});
    m_prediction.setStops({std::move(breakpoints), m_stops.nonFinite});
    stopsChanged();
}

void RunController::toggleBreakpoint(const QString& node, bool backward) {
    std::vector<Breakpoint> set = breakpoints();
    const Breakpoint breakpoint{node.toStdString(), backward};
    if (std::erase(set, breakpoint) == 0) set.push_back(breakpoint);
    setBreakpoints(std::move(set));
}

void RunController::clearBreakpoints() { setBreakpoints({}); }

void RunController::setNonFiniteWatch(NonFiniteWatch watch) {
    m_prediction.setStops({m_prediction.stops().breakpoints, watch});
    setStops({m_stops.breakpoints, watch, m_stops.record});
}

void RunController::setRecordSteps(bool on) {
    setStops({m_stops.breakpoints, m_stops.nonFinite, on});
}

void RunController::setSamples(QObject* who, const SampleRequest& request) {
    m_samples.set(who, request);
}

void RunController::pushSamples() {
    if (m_run) m_run->setSamples(m_samples.all());
}

void RunController::ask(const ValueQuery& query) {
    if (isSteppingPrediction()) return m_prediction.ask(query);
    if (m_run) m_run->ask(query);
}

void RunController::askStates() {
    if (m_run) m_run->askStates();
}

// Where runs lie.

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
    m_mover.moveTo(runsFolder(), m_document.title(),
                   isOver() ? QString() : QString::fromStdString(m_run->folder()));
}

}  // namespace vitrine::gui
