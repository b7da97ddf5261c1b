// SPDX-License-Identifier: Apache-2.0
// The training loop as a state machine: between two entries it looks at one atomic, everything else
// happens at borders.
#include "core/train/trainer.h"

#include <algorithm>
#include <cmath>

#include "core/base/guard.h"
#include "core/train/test_score.h"

namespace vitrine {

namespace {

const Tape& fullTapeOf(Model& model) {
    VITRINE_CHECK(!model.training().empty(), "a trainer's model has tapes that train");
    return *model.training()[0]->tape;
}

std::vector<const Tape*> trainingTapes(Model& model) {
    std::vector<const Tape*> tapes;
    for (const Member* member : model.training()) tapes.push_back(member->tape.get());
    return tapes;
}

std::vector<Executor*> trainingExecutors(Model& model) {
    std::vector<Executor*> executors;
    for (const Member* member : model.training()) executors.push_back(member->executor.get());
    return executors;
}

/// What is looked at in every step, and what updates wait for.
Executor::StepPlan stepPlan(const Member& member, const Model& model) {
    const Tape& tape = *member.tape;
    Executor::StepPlan plan{.firstUpdate = member.firstUpdate,
                            .finite = {tape.output("loss"), tape.output("grad_norm")},
                            .told = {},
                            .states = &model.states(),
                            .floatType = model.floatType()};
    plan.told = plan.finite;
    const size_t losses = std::min(member.losses.size(), StepRecord().losses.size());
    plan.told.insert(plan.told.end(), member.losses.begin(),
                     member.losses.begin() + static_cast<std::ptrdiff_t>(losses));
    return plan;
}

/// Of the sum of all losses, for whoever gives every class the same probability; numbers have no
/// such bound.
double lossOfGuessing(const Dataset& data, const Member& member) {
    double sum = 0;
    for (const DataSlot& slot : member.data) {
        if (slot.column < 0) continue;
        const Column& column = data.columns[static_cast<size_t>(slot.column)];
        if (column.hasClasses() && !isFloat(column.dtype))
            sum += std::log(static_cast<double>(column.classes.size()));
    }
    return sum;
}

}  // namespace

Trainer::Trainer(Model& model, const Dataset& data, TrainSettings settings, RunSink& sink)
    : m_model(model),
      m_settings(std::move(settings)),
      m_sink(sink),
      m_feed(data, *model.training()[0],
             {.batch = model.batch(),
              .seed = m_settings.seed,
              .overfitsOneBatch = m_settings.overfitOneBatch}),
      m_debugger(trainingExecutors(model), model.team(), &m_quit),
      m_states(model.states(), model.floatType(), model.memory(), model.team()),
      m_lossScaling(model),
      m_course({m_settings.epochs, m_feed.stepsPerEpoch(), model.recipe().accumulate,
                m_settings.schedule, m_settings.scheduleFields, model.recipe().extras}),
      m_lossOfGuessing(lossOfGuessing(data, *model.training()[0])),
      m_mail(fullTapeOf(model).entries.size()),
      m_present(model.training()[0]),
      m_sampler(trainingTapes(model), {trainedParameters(fullTapeOf(model)), model.nodes()},
                {m_mail.histograms, m_mail.entrySeconds}) {
    m_model.initialise(m_settings.seed, m_settings.stop);
    m_lossScaling.read();
    for (Member* member : model.training())
        orThrow(member->executor->watchSteps(stepPlan(*member, model)));
    m_thread = std::thread([this] { work(); });
}

Trainer::~Trainer() { quit(); }

void Trainer::quit() {
    if (!m_thread.joinable()) return;
    m_quit.store(true);
    wake();
    m_thread.join();
}

Result<void> Trainer::restore(const Snapshot& snapshot) {
    VITRINE_CHECK(state() == TrainerState::Idle, "a run is restored before it starts");
    VITRINE_TRY(checkFits(snapshot, m_model.states()));
    putBack(snapshot, m_model.states(), m_model.memory());
    m_lossScaling.read();
    m_position = snapshot.position;
    return {};
}

int64_t Trainer::takeOver(const Snapshot& snapshot) {
    VITRINE_CHECK(state() == TrainerState::Idle, "states are taken over before a run starts");
    const int64_t taken = vitrine::takeOver(snapshot, m_model.states(), m_model.memory());
    m_lossScaling.read();
    return taken;
}

void Trainer::post(const Command& command) {
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

void Trainer::work() {
    try {
        loop();
    } catch (const std::bad_alloc&) {
        failForMemory();
    } catch (const DeviceTrouble& found) {
        failForDevice(found.error);
    }
}

void Trainer::loop() {
    for (;;) {
        if (m_posted.load(std::memory_order_acquire) != m_drained) drain();
        // After the drain: it may have taken the post that came with it, and nothing wakes the
        // thread once more.
        if (m_quit.load(std::memory_order_acquire)) return;
        if (m_state.load(std::memory_order_relaxed) == TrainerState::Running) {
            advance();
            continue;
        }
        answer();
        if (m_posted.load(std::memory_order_acquire) == m_drained) m_posted.wait(m_drained);
    }
}

/// What was in the mail before a command was posted holds for the command.
void Trainer::drain() {
    m_drained = m_posted.load(std::memory_order_acquire);
    readMail();
    for (Command command; m_commands.pop(command);) {
        readMail();
        apply(command);
    }
}

void Trainer::readMail() {
    if (const auto stops = m_mail.stops.take()) setStops(*stops);
    if (!m_member) giveStates();
    if (const auto query = m_mail.query.take()) {
        m_question = *query;
        planAnswer();
    }
}

void Trainer::apply(const Command& command) {
    using enum Command::Kind;
    const TrainerState state = m_state.load(std::memory_order_relaxed);
    const bool over = state == TrainerState::Finished || state == TrainerState::Stopped ||
                      state == TrainerState::Failed;
    // A stop that could not be saved is tried again with whatever lets it go on.
    const bool isStopping = m_stopAsked && state != TrainerState::Paused && command.kind != Stop;
    if (over || isStopping) return;
    switch (command.kind) {
        case Start:
        case Continue:
            return goOn(Until::End);
        case StepOne:
            return goOnToStepEnd();
        case StepEntry:
            return goOn(Until::NextEntry);
        case RunTo:
            return goOn(Until::Entry, command.entry);
        case Pause:
            if (state != TrainerState::Running) return;
            if (mayPauseHere()) return pauseAfter(EventKind::Paused);
            m_debugger.goUntil(Until::End);
            m_pausesAtStepEnd = true;
            return;
        case StepBack:
            return stepBack();
        case EditValue:
            return editValue(command);
        case Stop:
            m_stopAsked = true;
            return goOn(Until::End);  // a step that has begun is brought to its end
        case SetLearningRate:
            m_wantedRate = command.number;
            return;
    }
}

void Trainer::goOn(Until until, int entry) {
    m_pausesAtStepEnd = false;
    m_debugger.goUntil(until, entry);
    letGo();
}

void Trainer::goOnToStepEnd() {
    m_pausesAtStepEnd = true;
    m_debugger.goUntil(Until::End);
    letGo();
}

void Trainer::letGo() {
    const TrainerState state = m_state.load(std::memory_order_relaxed);
    if (state == TrainerState::Idle) {
        m_times.started = m_times.checkpoint = now();
        m_feed.begin({m_position.epoch, m_position.batchInEpoch});
    }
    if (state == TrainerState::Paused && m_member) m_times.step += now() - m_times.paused;
    setState(TrainerState::Running);
}

double Trainer::scheduledRate() const {
    return m_settings.learningRate * m_course.factor(m_position);
}

/// Runs until something stops it: the step's end, a pause, a command that has arrived.
void Trainer::advance() {
    if (!m_member) {
        giveStates();
        if (pausesForTrouble()) return;
        if (m_stopAsked) return stop();  // with the best, where that still waits
        if (!saveBest()) return;
        if (isOver()) return finish();
        beginStep();
        if (m_state.load(std::memory_order_relaxed) != TrainerState::Running) return;
    }
    if (runEntries()) endStep();
}

void Trainer::stop() {
    applyWantedRate(m_position.step);
    tellOfData();
    if (!saveAll(RunEnd::Stopped)) return;
    report(EventKind::Stopped);
    setState(TrainerState::Stopped);
}

void Trainer::finish() {
    if (!saveAll(RunEnd::Finished)) return;
    if (m_position.epoch < m_settings.epochs) {
        RunEvent event = eventNow(EventKind::EndedEarly);
        event.number = m_position.best.value;
        event.bestEpoch = m_position.best.epoch;
        m_sink.add(event);
    }
    report(EventKind::Finished);
    setState(TrainerState::Finished);
}

/// A rate that was set while it stood still, or just before a stop, goes into the checkpoint.
/// `step`: what the event says. The next step's, or the last one's where a checkpoint with the new
/// rate follows: a log that is cut behind a checkpoint tells what the checkpoint holds.
void Trainer::applyWantedRate(int64_t step) {
    if (m_wantedRate < 0) return;
    const double scheduled = scheduledRate();
    m_position.learningRateFactor = scheduled > 0 ? m_wantedRate / scheduled : 1;
    m_wantedRate = -1;
    m_savedStep = -1;
    m_rate = scheduled * m_position.learningRateFactor;
    RunEvent event = eventNow(EventKind::LearningRateChanged);
    event.step = step;
    m_sink.add(event);
}

void Trainer::beginStep() {
    if (const auto request = m_mail.samples.take()) m_sampler.setRequest(*request);
    m_times.step = now();
    const Batch& batch = m_feed.next();
    if (batch.trouble) return failForData(*batch.trouble);
    if (m_hooks.stepBegin) m_hooks.stepBegin(m_hooks.context);
    m_member = &nextMember(batch.size);
    m_present.store(m_member, std::memory_order_release);
    m_isFailureSampled = m_areUpdatesHeld = false;
    applyWantedRate(m_position.step + 1);
    m_rate = scheduledRate() * m_position.learningRateFactor;
    feed(*m_member, batch);
    writeNumbers(*m_member, stepNumbers(), m_model.floatType());
    const bool isLookedAt = m_debugger.isByHand() || m_pausesAtStepEnd;
    if (isLookedAt) m_sampler.sampleNextStep();
    if (isLookedAt || m_course.isUpdate(m_position))
        m_sampler.beginStep(*m_member->executor, m_position.step + 1);
    m_debugger.excuseGradients(m_lossScaling.mayBeTooLarge());
    m_sampler.scaleGradients(m_lossScaling.unscale());
    pausesAt(m_debugger.begin(*m_member->executor));
    planAnswer();
}

/// A batch that is one of several of an update is added up, until the last.
Member& Trainer::nextMember(int64_t size) {
    return m_course.isUpdate(m_position) ? m_model.train(size)
                                         : m_model.member(Mode::Accumulate, size);
}

StepNumbers Trainer::stepNumbers() {
    const Course::Batches batches = m_course.batchesOfUpdate(m_position);
    int64_t all = 0;
    for (int64_t i = batches.first; i < batches.end; ++i) all += m_feed.sizeOf(i);
    const auto own = static_cast<double>(m_feed.sizeOf(m_position.batchInEpoch));
    // A batch of an update that is to be left out shares nothing that is a number.
    const double share = own / static_cast<double>(all);
    return {.learningRate = m_rate,
            .step = m_position.step,
            .updates = m_course.updates(m_position) - m_position.scaled.leftOut,
            .seed = m_settings.seed,
            .share = m_position.scaled.isSpoiled ? std::nan("") : share,
            .extras = m_course.extraNumbers(m_position)};
}

void Trainer::endStep() {
    StepRecord record = recordOfStep();
    const bool isFinite = std::isfinite(record.loss) && std::isfinite(record.gradNorm);
    if (!isFinite && mayLeaveOut(record)) return leaveOut(record);
    if (!isFinite) {
        m_areUpdatesHeld = m_member->executor->hasWatched();
        if (!findCause()) failStep();
        return;
    }
    if (!statesAreFinite()) return;
    const bool isUpdate = m_member->firstUpdate >= 0;
    const bool isRaised = isUpdate && m_lossScaling.noteGood(m_position.scaled);
    countStep(record, isRaised ? std::optional(EventKind::LossScaleRaised) : std::nullopt);
}

/// `scale`: what became of the loss scale behind it.
void Trainer::countStep(StepRecord record, std::optional<EventKind> scale) {
    ++m_position.step;
    ++m_position.batchInEpoch;
    m_position.epochLossSum += record.loss * static_cast<double>(m_feed.present().size);
    m_position.epochImages += m_feed.present().size;
    const double ended = now();
    m_times.epochInSteps += ended - m_times.step;
    m_times.epochImages += m_feed.present().size;
    record.secondsSinceStart = ended - m_times.started;
    m_sampler.endStep(ended - m_times.step);
    m_sink.add(record);
    if (scale) {
        RunEvent event = eventNow(*scale);
        event.number = m_lossScaling.scale();
        m_sink.add(event);
    }
    noteLoss(record);
    leaveStep();
    betweenSteps(ended);
}

void Trainer::leaveStep() {
    m_member = nullptr;
    m_debugger.end();
    if (m_hooks.stepEnd) m_hooks.stepEnd(m_hooks.context);
}

/// Epoch's end or checkpoint where it is time, and the pause that a command has asked for.
void Trainer::betweenSteps(double ended) {
    if (m_position.batchInEpoch == stepsPerEpoch())
        endEpoch();
    else
        checkpointWhereDue(ended, false);
    if (m_pausesAtStepEnd && m_state.load(std::memory_order_relaxed) == TrainerState::Running)
        pauseAfter(EventKind::Paused);
}

void Trainer::endEpoch() {
    RunEvent event = eventNow(EventKind::EpochDone);
    event.trainLoss = m_position.epochLossSum / static_cast<double>(m_position.epochImages);
    if (m_times.epochInSteps > 0)
        event.imagesPerSecond = static_cast<double>(m_times.epochImages) / m_times.epochInSteps;
    event.epoch = ++m_position.epoch;
    m_position.batchInEpoch = 0;
    m_position.epochLossSum = 0;
    m_position.epochImages = 0;
    m_times.epochInSteps = 0;
    m_times.epochImages = 0;
    if (!evaluate(event)) return;
    m_sink.add(event);
    if (!std::isfinite(event.testLoss)) {
        event.kind = EventKind::NonFiniteTest;
        return fail(event);
    }
    tellOfData();
    noteEpoch(event);
    checkpointWhereDue(now(), true);
}

/// What the schedule and early stopping make of an epoch.
void Trainer::noteEpoch(const RunEvent& event) {
    RunEvent heard = event;
    if (!m_feed.hasTest()) heard.testLoss = event.trainLoss;
    m_course.learn({event.trainLoss, heard.testLoss}, m_position.schedule);
    const EarlyStopping& stopping = m_settings.stopping;
    if (!stopping.isOn()) return;
    const bool isBest = m_position.best.add(stopping.valueOf(heard), event.epoch,
                                            stopping.isSmallerBetter, stopping.leastGain);
    m_bestWaits = isBest && stopping.keepsBest;
}

/// False where it was broken off: the trainer is to quit, or a test example cannot be read.
bool Trainer::evaluate(RunEvent& event) {
    if (!m_feed.hasTest()) return true;
    m_feed.beginTest();
    TestScore score(m_settings.channels);
    std::unique_ptr<Predictions> predictions;
    if (m_mail.predictionsAsked.load(std::memory_order_acquire))
        predictions = std::make_unique<Predictions>(Predictions{event.epoch, {}, {}});
    std::optional<Error> trouble;
    const auto next = [&]() -> std::optional<Batch> {
        if (m_quit.load(std::memory_order_relaxed)) return std::nullopt;
        const Batch batch = m_feed.nextOfTest();
        if (batch.trouble) trouble = *batch.trouble;
        return trouble ? std::nullopt : std::optional(batch);
    };
    const auto seen = [&](const Member& member) {
        if (predictions) appendPredictions(member, *predictions);
    };
    if (!evaluateSet(m_model, m_feed.testBatches(), score, next, seen)) {
        if (trouble) failBy(*std::move(trouble));
        return false;
    }
    if (predictions) m_mail.predictions.put(std::move(predictions));
    score.fill(event);
    return true;
}

}  // namespace vitrine
