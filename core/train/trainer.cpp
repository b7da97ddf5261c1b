// SPDX-License-Identifier: Apache-2.0
// The training loop as a state machine: between two entries it looks at one atomic, everything else
// happens at borders.
#include "core/train/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

#include "core/train/prediction.h"

namespace vitrine {

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

void writeFloats(std::byte* target, std::span<const float> source, DType type) {
    if (type == DType::F32)
        std::memcpy(target, source.data(), source.size_bytes());
    else
        std::copy(source.begin(), source.end(), reinterpret_cast<double*>(target));
}

void writeFloat(std::byte* target, double value, DType type) {
    if (type == DType::F32)
        *reinterpret_cast<float*>(target) = static_cast<float>(value);
    else
        *reinterpret_cast<double*>(target) = value;
}

Loader::Options loaderOptions(const Model& model, const TrainSettings& settings, bool shuffle) {
    return {.batch = model.batch(),
            .seed = settings.seed,
            .shuffle = shuffle,
            .normalisation = settings.normalisation};
}

/// The members that train, the one for full batches first.
std::vector<const Tape*> trainingTapes(Model& model, int64_t lastBatch) {
    std::vector<const Tape*> tapes{model.train(model.batch()).tape.get()};
    if (lastBatch != model.batch()) tapes.push_back(model.train(lastBatch).tape.get());
    return tapes;
}

}  // namespace

Trainer::Trainer(Model& model, const Dataset& data, TrainSettings settings, SaveCheckpoint save)
    : m_model(model),
      m_data(data),
      m_settings(std::move(settings)),
      m_save(std::move(save)),
      m_team(m_settings.threads),
      m_loader(data.train, loaderOptions(model, m_settings, true)),
      m_stepsPerEpoch(m_loader.batchesPerEpoch()),
      m_mail(model.train(model.batch()).tape->entries.size()),
      m_present(&model.train(model.batch())),
      m_sampler(trainingTapes(model, m_loader.lastBatchSize()),
                {trainedParameters(*m_present.load()->tape), model.nodes()},
                {m_mail.histograms, m_mail.entrySeconds}) {
    if (data.test.count > 0)
        m_testLoader = std::make_unique<Loader>(data.test, loaderOptions(model, m_settings, false));
    m_model.initialise(m_settings.seed);
    m_thread = std::thread([this] { work(); });
}

Trainer::~Trainer() {
    m_quit.store(true);
    post({Command::Kind::Stop});
    m_thread.join();
}

Result<void> Trainer::restore(const Snapshot& snapshot) {
    VITRINE_CHECK(state() == TrainerState::Idle, "a run is restored before it starts");
    for (const StateLayout::Item& item : m_model.states().items()) {
        const auto found =
            std::find_if(snapshot.tensors.begin(), snapshot.tensors.end(),
                         [&](const SnapshotTensor& t) { return t.name == item.name; });
        if (found == snapshot.tensors.end() || found->shape != item.shape ||
            found->dtype != item.dtype)
            return Error{
                "C02",
                found == snapshot.tensors.end()
                    ? fmt::format("the checkpoint has no tensor '{}'", item.name)
                    : fmt::format("the checkpoint's tensor '{}' is {} {}, the network wants {} {}",
                                  item.name, name(found->dtype), found->shape.text(),
                                  name(item.dtype), item.shape.text()),
                {},
                "Nothing was loaded.",
                "Resume with the project that the run was made with."};
        std::memcpy(m_model.stateData(item), found->bytes.data(), found->bytes.size());
    }
    m_position = snapshot.position;
    return {};
}

int64_t Trainer::takeOver(const Snapshot& snapshot) {
    VITRINE_CHECK(state() == TrainerState::Idle, "states are taken over before a run starts");
    int64_t taken = 0;
    for (const SnapshotTensor& tensor : snapshot.tensors) {
        const StateLayout::Item* item = m_model.states().find(tensor.name);
        if (!item || item->shape != tensor.shape || item->dtype != tensor.dtype) continue;
        std::memcpy(m_model.stateData(*item), tensor.bytes.data(), tensor.bytes.size());
        taken += item->kind != StateKind::Slot;
    }
    return taken;
}

StopPoint Trainer::stopPoint() const {
    return {.step = m_position.step,
            .epoch = m_position.epoch,
            .entry = m_entry,
            .insideStep = m_member != nullptr,
            .canStepBack = false};
}

const std::shared_ptr<const Tape>& Trainer::presentTape() const {
    return m_present.load(std::memory_order_acquire)->tape;
}

void Trainer::post(Command command) {
    m_commands.push(command);
    wake();
}

void Trainer::wake() {
    m_posted.fetch_add(1, std::memory_order_release);
    m_posted.notify_one();
}

void Trainer::waitUntilIdle() const {
    for (TrainerState s = state(); s == TrainerState::Running || s == TrainerState::Idle;
         s = state())
        m_state.wait(s, std::memory_order_acquire);
}

void Trainer::setState(TrainerState state) {
    m_state.store(state, std::memory_order_release);
    m_state.notify_all();
}

void Trainer::report(EventKind kind) {
    RunEvent event;
    event.kind = kind;
    event.step = m_position.step;
    event.epoch = m_position.epoch;
    event.entry = m_entry;
    event.learningRate = m_rate;
    m_events.push(event);
}

double Trainer::secondsSinceStart() const { return now() - m_startedAt; }

void Trainer::work() {
    while (!m_quit.load(std::memory_order_acquire)) {
        const uint32_t posted = m_posted.load(std::memory_order_acquire);
        if (posted != m_drained) drain();
        if (m_state.load(std::memory_order_relaxed) == TrainerState::Running)
            advance();
        else if (m_posted.load(std::memory_order_acquire) == m_drained)
            m_posted.wait(m_drained);
    }
}

void Trainer::drain() {
    Command command;
    m_drained = m_posted.load(std::memory_order_acquire);
    while (m_commands.pop(command)) apply(command);
}

void Trainer::apply(const Command& command) {
    using enum Command::Kind;
    const TrainerState state = m_state.load(std::memory_order_relaxed);
    const bool over = state == TrainerState::Finished || state == TrainerState::Stopped;
    if (over) return;
    if (state == TrainerState::Idle && command.kind != Stop && command.kind != SetLearningRate) {
        m_startedAt = m_lastCheckpoint = now();
        m_loader.seek(m_position.epoch, m_position.batchInEpoch);
    }
    switch (command.kind) {
        case Start:
        case Continue:
            m_until = Until::Stopped;
            setState(TrainerState::Running);
            break;
        case StepOne:
            m_until = Until::StepEnd;
            setState(TrainerState::Running);
            break;
        case StepEntry:
            m_until = Until::NextEntry;
            setState(TrainerState::Running);
            break;
        case Pause:
            if (state == TrainerState::Running) pauseAfter(EventKind::Paused);
            break;
        case Stop:
            m_stopAsked = true;
            m_until = Until::Stopped;
            setState(TrainerState::Running);  // a step that has begun is brought to its end
            break;
        case StepBack:
        case RunTo:
        case EditValue:
            break;
        case SetLearningRate:
            m_wantedRate = command.number;
            break;
    }
}

void Trainer::pauseAfter(EventKind kind) {
    report(kind);
    setState(TrainerState::Paused);
}

double Trainer::scheduledRate() const {
    const ScheduleContext context{m_position.step, totalSteps(), m_stepsPerEpoch};
    return m_settings.learningRate *
           m_settings.schedule->factor(m_settings.scheduleFields, context);
}

/// Runs until something stops it: the step's end, a pause, a command that has arrived.
void Trainer::advance() {
    if (!m_member) {
        if (m_stopAsked) {
            const bool saved = m_position.step == 0 || checkpoint();
            report(saved ? EventKind::Stopped : EventKind::CheckpointFailed);
            setState(saved ? TrainerState::Stopped : TrainerState::Failed);
            return;
        }
        if (m_position.epoch >= m_settings.epochs) {
            report(EventKind::Finished);
            setState(TrainerState::Finished);
            return;
        }
        beginStep();
    }
    Executor& executor = *m_member->executor;
    const int entries = executor.entries();
    const bool isSampling = m_sampler.isSampling();
    while (m_entry < entries) {
        if (isSampling) m_sampler.beforeEntry(m_entry);
        executor.runEntry(m_entry++, m_team);
        if (isSampling) m_sampler.afterEntry(m_entry - 1);
        if (m_until == Until::NextEntry) {
            pauseAfter(EventKind::Paused);
            return;
        }
        if (m_posted.load(std::memory_order_relaxed) != m_drained) return;
    }
    endStep();
}

void Trainer::beginStep() {
    if (const auto request = m_mail.samples.take()) m_sampler.setRequest(*request);
    m_stepStarted = now();
    const Batch batch = m_loader.next();
    if (m_hooks.stepBegin) m_hooks.stepBegin(m_hooks.context);
    m_batchSize = batch.size;
    m_member = &m_model.train(batch.size);
    m_present.store(m_member, std::memory_order_release);
    m_entry = 0;
    const DType type = m_model.floatType();
    if (m_wantedRate >= 0) {
        const double scheduled = scheduledRate();
        m_position.learningRateFactor = scheduled > 0 ? m_wantedRate / scheduled : 1;
        m_wantedRate = -1;
        m_rate = scheduled * m_position.learningRateFactor;
        report(EventKind::LearningRateChanged);
    }
    m_rate = scheduledRate() * m_position.learningRateFactor;
    writeFloats(m_member->images, batch.images, type);
    std::memcpy(m_member->labels, batch.labels.data(), batch.labels.size_bytes());
    writeFloat(m_member->learningRate, m_rate, type);
    *m_member->step = m_position.step + 1;
    if (m_member->rngKey) {
        m_member->rngKey[0] = static_cast<int64_t>(m_settings.seed);
        m_member->rngKey[1] = m_position.step;
    }
    m_sampler.beginStep(*m_member->tape, m_model.stateBase(), m_position.step + 1);
}

void Trainer::endStep() {
    const Executor& executor = *m_member->executor;
    StepRecord record;
    record.epoch = m_position.epoch;
    record.loss = executor.scalar("loss");
    record.gradNorm = executor.scalar("grad_norm");
    record.learningRate = m_rate;
    record.step = ++m_position.step;
    ++m_position.batchInEpoch;
    m_position.epochLossSum += record.loss * static_cast<double>(m_batchSize);
    m_position.epochImages += m_batchSize;
    const double ended = now();
    m_epochSeconds += ended - m_stepStarted;
    m_epochTimedImages += m_batchSize;
    record.secondsSinceStart = ended - m_startedAt;
    m_sampler.endStep(ended - m_stepStarted);
    m_records.push(record);
    m_member = nullptr;
    m_entry = 0;
    if (m_hooks.stepEnd) m_hooks.stepEnd(m_hooks.context);

    if (!std::isfinite(record.loss) || !std::isfinite(record.gradNorm)) {
        report(EventKind::NonFiniteLoss);
        setState(TrainerState::Failed);
        return;
    }
    if (m_position.batchInEpoch == m_stepsPerEpoch)
        endEpoch();
    else if (ended - m_lastCheckpoint >= m_settings.checkpointEverySeconds && !checkpoint()) {
        pauseAfter(EventKind::CheckpointFailed);
        return;
    }
    if (m_until == Until::StepEnd &&
        m_state.load(std::memory_order_relaxed) == TrainerState::Running)
        pauseAfter(EventKind::Paused);
}

void Trainer::endEpoch() {
    RunEvent event;
    event.kind = EventKind::EpochDone;
    event.trainLoss = m_position.epochLossSum / static_cast<double>(m_position.epochImages);
    event.imagesPerSecond = static_cast<double>(m_epochTimedImages) / m_epochSeconds;
    event.learningRate = m_rate;
    event.step = m_position.step;
    event.epoch = ++m_position.epoch;
    m_position.batchInEpoch = 0;
    m_position.epochLossSum = 0;
    m_position.epochImages = 0;
    m_epochSeconds = 0;
    m_epochTimedImages = 0;
    evaluate(event);
    m_events.push(event);
    if (!checkpoint()) pauseAfter(EventKind::CheckpointFailed);
}

void Trainer::evaluate(RunEvent& event) {
    if (!m_testLoader) return;
    m_testLoader->seek(0, 0);
    double loss = 0, correct = 0;
    std::unique_ptr<Predictions> predictions;
    if (m_mail.predictionsAsked.load(std::memory_order_acquire))
        predictions = std::make_unique<Predictions>(Predictions{event.epoch, {}, {}});
    for (int64_t i = 0; i < m_testLoader->batchesPerEpoch(); ++i) {
        const Batch batch = m_testLoader->next();
        Member& member = m_model.evaluate(batch.size);
        writeFloats(member.images, batch.images, m_model.floatType());
        std::memcpy(member.labels, batch.labels.data(), batch.labels.size_bytes());
        member.executor->run(m_team);
        loss += member.executor->scalar("loss") * static_cast<double>(batch.size);
        correct += member.executor->scalar("correct");
        if (predictions) appendPredictions(*member.executor, *predictions);
    }
    if (predictions) m_mail.predictions.put(std::move(predictions));
    event.testLoss = loss / static_cast<double>(m_data.test.count);
    event.testAccuracy = correct / static_cast<double>(m_data.test.count);
}

Snapshot Trainer::snapshot() const {
    Snapshot snapshot;
    snapshot.position = m_position;
    snapshot.seed = m_settings.seed;
    for (const StateLayout::Item& item : m_model.states().items()) {
        const std::byte* data = m_model.stateData(item);
        snapshot.tensors.push_back(
            {item.name, item.dtype, item.shape, {data, data + item.bytes()}});
    }
    return snapshot;
}

bool Trainer::checkpoint() {
    if (!m_save) return true;
    const Result<void> saved = m_save(snapshot());
    m_lastCheckpoint = now();
    if (!saved) {
        m_failure = saved.error();
        return false;
    }
    report(EventKind::CheckpointSaved);
    return true;
}

}  // namespace vitrine
