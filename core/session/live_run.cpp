// SPDX-License-Identifier: Apache-2.0
// Passes the watcher's wishes to the trainer and what has been recorded back to the watcher.
#include "core/session/live_run.h"

#include <sys/resource.h>

#include <optional>
#include <thread>

#include "core/base/guard.h"
#include "core/session/run_feed.h"
#include "core/session/training_run.h"

namespace vitrine {

namespace {

RunState stateOf(TrainerState state) {
    switch (state) {
        case TrainerState::Idle:
            return RunState::Ready;
        case TrainerState::Running:
            return RunState::Running;
        case TrainerState::Paused:
            return RunState::Paused;
        case TrainerState::Finished:
            return RunState::Finished;
        case TrainerState::Stopped:
            return RunState::Stopped;
        case TrainerState::Failed:
            break;
    }
    return RunState::Failed;
}

using OpenedRun = Result<std::unique_ptr<TrainingRun>>;

/// On Linux a thread has a priority of its own and gives it to the threads that it makes: those of
/// the run give way to whoever watches.
template <class Open>
OpenedRun givingWay(Open open) {
    constexpr int lower = 5;
    return guarded("opening the run", [&] {
        std::optional<OpenedRun> run;
        std::thread([&] {
            setpriority(PRIO_PROCESS, 0, lower);
            run = open();  // guarded too: nothing is thrown
        }).join();
        return std::move(*run);
    });
}

}  // namespace

Result<std::unique_ptr<LiveRun>> LiveRun::open(Project project, std::shared_ptr<const Dataset> data,
                                               LiveOptions options) {
    RunRequest request;
    request.folder = std::move(options.runFolder);
    request.folderNumber = 0;
    request.threads = options.threads;
    if (!options.device.empty()) request.device = std::move(options.device);
    if (!options.precision.empty()) request.precision = std::move(options.precision);
    request.overfitOneBatch = options.overfitOneBatch;
    request.startFrom = std::move(options.startFrom);
    request.stop = std::move(options.stop);
    auto run = givingWay([&] {
        return TrainingRun::openInMemory(std::move(project), std::move(data), std::move(request));
    });
    if (!run) return run.error();
    return std::unique_ptr<LiveRun>(new LiveRun(std::move(run).value()));
}

Result<std::unique_ptr<LiveRun>> LiveRun::resume(const std::string& folder, DataRequest request,
                                                 const std::string& device) {
    VITRINE_TRY(RunFolder::check(folder));
    auto run = givingWay([&] {
        RunRequest resumed;
        resumed.folder = folder;
        resumed.resume = true;
        resumed.data = request.folder;
        resumed.threads = request.threads;
        if (!device.empty()) resumed.device = device;
        resumed.stop = request.stop;
        return TrainingRun::open(std::move(resumed), request.progress);
    });
    if (!run) return run.error();
    std::unique_ptr<LiveRun> live(new LiveRun(std::move(run).value()));
    // A log that cannot be read costs the curves, not the run.
    if (auto history = readRunHistory(folder)) live->m_history = std::move(history).value();
    return live;
}

LiveRun::LiveRun(std::unique_ptr<TrainingRun> run)
    : m_run(std::move(run)),
      m_feed(std::make_unique<RunFeed>(m_run->writer())),
      m_tape(m_run->fullTape()),
      m_parameters(trainedParameters(*m_tape)) {
    m_run->trainer().mail().predictionsAsked.store(true, std::memory_order_release);
}

LiveRun::~LiveRun() = default;

void LiveRun::start() { m_run->trainer().post({Command::Kind::Start}); }
void LiveRun::pause() { m_run->trainer().post({Command::Kind::Pause}); }
void LiveRun::stepBatch() { m_run->trainer().post({Command::Kind::StepOne}); }
void LiveRun::stepEntry() { m_run->trainer().post({Command::Kind::StepEntry}); }
void LiveRun::stepBack() { m_run->trainer().post({Command::Kind::StepBack}); }
void LiveRun::runTo(int entry) {
    m_run->trainer().post({.kind = Command::Kind::RunTo, .entry = entry});
}
void LiveRun::stop() { m_run->trainer().post({Command::Kind::Stop}); }
void LiveRun::setLearningRate(double rate) {
    m_run->trainer().post({.kind = Command::Kind::SetLearningRate, .number = rate});
}
void LiveRun::editValue(ValueId value, int64_t element, double number) {
    m_run->trainer().post(
        {.kind = Command::Kind::EditValue, .number = number, .value = value, .element = element});
}
void LiveRun::setStops(StopRequest request) {
    m_run->trainer().mail().stops.put(
        std::make_unique<StopRequest>(m_names.asAtStart(std::move(request))));
    m_run->trainer().wake();
}
void LiveRun::setSamples(SampleRequest request) {
    m_run->trainer().mail().samples.put(std::make_unique<SampleRequest>(std::move(request)));
    m_run->trainer().wake();
}

RunState LiveRun::state() const {
    const TrainerState state = m_run->trainer().state();
    // One that had ended before it was opened again: nothing is left to train.
    if (state == TrainerState::Idle && m_run->isDone()) return RunState::Finished;
    return stateOf(state);
}
StopPoint LiveRun::stopPoint() const { return m_run->trainer().stopPoint(); }
const Project& LiveRun::project() const { return m_run->project(); }
const std::shared_ptr<const Dataset>& LiveRun::data() const { return m_run->sharedData(); }
std::string LiveRun::folder() const { return m_run->folder().path(); }
int64_t LiveRun::totalSteps() const { return m_run->trainer().totalSteps(); }
int64_t LiveRun::stepsPerEpoch() const { return m_run->trainer().stepsPerEpoch(); }
int LiveRun::threads() const { return m_run->threads(); }
std::optional<RunDevice> LiveRun::device() const {
    const Device* device = m_run->model().device();
    if (!device) return std::nullopt;
    const kernels::DeviceInfo& info = device->info();
    return RunDevice{.name = info.name,
                     .memoryBytes = info.memoryBytes,
                     .freeBytes = info.freeBytes,
                     .arenaBytes = m_run->model().arenaBytes(),
                     .workspaceBytes = m_run->model().workspaceBytes()};
}
const std::string& LiveRun::numericsClass() const { return m_run->numericsClass(); }
const Channels& LiveRun::channels() const { return m_run->channels(); }
const std::vector<Error>& LiveRun::remarks() const { return m_run->remarks(); }
int64_t LiveRun::statesTakenOver() const { return m_run->statesTakenOver(); }
bool LiveRun::hasLostDevice() const {
    return m_run->trainer().state() == TrainerState::Failed && m_run->hasLostDevice();
}
int64_t LiveRun::stepsDone() const { return m_run->trainer().position().step; }
const Error& LiveRun::failure() const { return m_run->trainer().failure(); }
const std::vector<std::string>& LiveRun::parameters() const { return m_parameters; }
bool LiveRun::callNodes(const Graph& now) { return m_names.follow(m_run->project().graph, now); }
std::shared_ptr<const Tape> LiveRun::tape() const { return m_names.called(m_tape); }
std::shared_ptr<const Tape> LiveRun::presentTape() const {
    return m_names.called(m_run->trainer().presentTape());
}

bool LiveRun::nextRecord(StepRecord& record) { return m_feed->nextRecord(record); }
bool LiveRun::nextEvent(RunEvent& event) { return m_feed->nextEvent(event); }
bool LiveRun::nextHistogram(HistogramRecord& record) {
    return m_run->trainer().mail().histograms.pop(record);
}
bool LiveRun::isInTrouble() const { return m_run->writer().isInTrouble(); }
bool LiveRun::nextRemark(Error& remark) { return m_run->writer().nextRemark(remark); }
Error LiveRun::failureOf(const RunEvent& event) const { return m_run->failureOf(event); }
double LiveRun::entrySeconds(int entry) const {
    const auto& seconds = m_run->trainer().mail().entrySeconds;
    const auto index = static_cast<size_t>(entry);
    return index < seconds.size() ? seconds[index].load(std::memory_order_relaxed) : 0;
}

std::unique_ptr<Predictions> LiveRun::takePredictions() {
    return m_run->trainer().mail().predictions.take();
}
void LiveRun::ask(const ValueQuery& query) {
    m_run->trainer().mail().query.put(std::make_unique<ValueQuery>(query));
    m_run->trainer().wake();
}
std::unique_ptr<ValueSnapshot> LiveRun::takeValue() { return m_run->trainer().mail().value.take(); }
void LiveRun::askStates() {
    m_run->trainer().mail().statesAsked.store(true, std::memory_order_release);
    m_run->trainer().wake();
}
std::unique_ptr<Snapshot> LiveRun::takeStates() { return m_run->trainer().mail().states.take(); }

}  // namespace vitrine
