// SPDX-License-Identifier: Apache-2.0
// Numbers that are not finite end a run: before they reach a weight where that can be, and never as
// something that was learnt.
#include <algorithm>
#include <cmath>

#include "core/base/guard.h"
#include "core/train/trainer.h"

namespace vitrine {

StepRecord Trainer::recordOfStep() const {
    const Executor& executor = *m_member->executor;
    StepRecord record;
    record.step = m_position.step + 1;
    record.epoch = m_position.epoch;
    record.loss = executor.scalar("loss");
    record.gradNorm = executor.scalar("grad_norm");
    record.learningRate = m_rate;
    const size_t losses = std::min(m_member->losses.size(), record.losses.size());
    record.lossCount = static_cast<int>(losses);
    for (size_t i = 0; i < losses; ++i) record.losses[i] = executor.number(m_member->losses[i]);
    return record;
}

/// Before the first update of a step: a loss or gradient norm that is not finite must not reach the
/// weights. Who goes by hand, entry by entry, sees what the updates make of it.
bool Trainer::mayUpdate() {
    if (m_until == Until::NextEntry || m_until == Until::Entry) return true;
    const Executor& executor = *m_member->executor;
    if (std::isfinite(executor.scalar("loss")) && std::isfinite(executor.scalar("grad_norm")))
        return true;
    if (!findCause()) failStep();
    return false;
}

/// After the updates. False where they made a state that is not finite: paused or failed then.
bool Trainer::statesAreFinite() {
    if (m_states.allFinite(m_team)) return true;
    if (findCause()) return false;
    const StepRecord record = recordOfStep();
    RunEvent event = eventNow(EventKind::NonFiniteState);
    if (const auto found = m_states.first(*m_member->tape)) {
        event.value = found->value;
        event.element = found->element;
    }
    event.step = record.step;
    sampleFailedStep();
    m_sink.add(record);
    leaveStep();
    fail(event);
    return false;
}

/// The step's loss or gradient norm is not finite.
void Trainer::failStep() {
    const StepRecord record = recordOfStep();
    RunEvent event = eventNow(EventKind::NonFiniteLoss);
    event.step = record.step;
    event.trainLoss = record.loss;
    event.number = record.gradNorm;
    sampleFailedStep();
    m_sink.add(record);
    leaveStep();
    fail(event);
}

/// Whoever watches gradients and activations sees those of the step that failed. Where the step was
/// not sampled while it ran, it is run again up to its updates: from the copy of its start, or
/// where none was kept and no update has run, from the weights as they are.
void Trainer::sampleFailedStep() {
    const Tape& tape = *m_member->tape;
    const int entries = m_member->executor->entries(), update = m_member->firstUpdate;
    if (!m_sampler.isAsked() || m_isFailureSampled) return;
    m_isFailureSampled = true;
    if (!m_sampler.isSampling()) {
        if (m_replay.isKept())
            m_replay.restore(m_model, *m_member);
        else if (m_entry <= update)
            writeInputs(m_batch);
        else
            return;
        m_sampler.sampleNextStep();
        m_sampler.beginStep(tape, m_model.stateBase(), m_position.step + 1);
        for (int i = 0; i < update; ++i) {
            m_replay.redoEdits(m_model, *m_member, i);
            m_sampler.beforeEntry(i);
            m_member->executor->runEntry(i, m_team);
            m_sampler.afterEntry(i);
        }
        m_entry = update;
    }
    for (int i = m_entry; i < entries; ++i) m_sampler.beforeEntry(i);
    m_sampler.endStep(0);
}

void Trainer::fail(const RunEvent& event) {
    m_sink.add(event);
    setState(TrainerState::Failed);
}

/// Between two steps the states are whole: they are saved where there is memory for a copy.
void Trainer::failForMemory() {
    try {
        if (!m_member) checkpoint();
    } catch (const std::bad_alloc&) {
        m_savedStep = -1;  // then the checkpoint before it is the newest
    }
    Error error = outOfMemoryError("training");
    error.kept = "The run has stopped; its checkpoints are good.";
    failBy(std::move(error));
}

void Trainer::failBy(Error error) {
    m_failure = std::move(error);
    fail(eventNow(EventKind::Broken));
}

/// A run that goes astray is told of early. Weights that have learnt give losses next to nothing
/// that differ tenfold from batch to batch: what is still better than guessing is not astray.
void Trainer::noteLoss(const StepRecord& record) {
    constexpr int64_t looksAgainAt = 10;
    constexpr double tooMuch = 10;
    if (record.step == 1) m_firstLoss = record.loss;
    const bool hasGrown = record.step == looksAgainAt && m_firstLoss > 0 &&
                          record.loss > tooMuch * m_firstLoss && record.loss > m_lossOfGuessing;
    if (!hasGrown) return;
    RunEvent event = eventNow(EventKind::LossHasGrown);
    event.trainLoss = record.loss;
    event.number = m_firstLoss;
    m_sink.add(event);
}

}  // namespace vitrine
