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
/// weights. Who goes by hand, entry by entry, sees what the updates make of it, but where the step
/// ends here because of the loss scale.
bool Trainer::mayUpdate() {
    if (m_debugger.isByHand() && !m_lossScaling.isOn()) return true;
    const Executor& executor = *m_member->executor;
    if (std::isfinite(executor.scalar("loss")) && std::isfinite(executor.scalar("grad_norm")))
        return true;
    if (const StepRecord record = recordOfStep(); mayLeaveOut(record)) {
        leaveOut(record);
        return false;
    }
    if (m_debugger.isByHand()) return true;
    if (!findCause()) failStep();
    return false;
}

/// Is it the scale of the loss that may have made its gradients infinite?
bool Trainer::mayLeaveOut(const StepRecord& record) const {
    return m_lossScaling.isOn() && std::isfinite(record.loss) &&
           (m_lossScaling.mayBeTooLarge() || m_position.scaled.isSpoiled);
}

/// The step counts, and changes no weight.
void Trainer::leaveOut(const StepRecord& record) {
    const bool isUpdate = m_member->firstUpdate >= 0;
    const bool isNew = m_lossScaling.noteBad(m_position.scaled, isUpdate);
    if (!statesAreFinite()) return;
    if (m_sampler.isSampling())
        for (int i = m_debugger.entry(); i < m_debugger.entries(); ++i) m_sampler.beforeEntry(i);
    countStep(record, isNew ? std::optional(EventKind::UpdateLeftOut) : std::nullopt);
}

/// After the updates. False where they made a state that is not finite: paused or failed then.
bool Trainer::statesAreFinite() {
    const std::optional<double> norm = m_member->executor->statesNorm();
    if ((norm && std::isfinite(*norm)) || m_states.allFinite()) return true;
    if (findCause()) return false;
    const StepRecord record = recordOfStep();
    RunEvent event = eventNow(EventKind::NonFiniteState);
    if (const auto found = firstNonFiniteState(*m_member->tape, m_model.memory())) {
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
/// not sampled while it ran, it is run again up to its updates.
void Trainer::sampleFailedStep() {
    if (!m_sampler.isAsked() || m_isFailureSampled) return;
    m_isFailureSampled = true;
    if (!m_sampler.isSampling()) {
        if (!rewindForSample()) return;
        m_sampler.beginReading(*m_member->executor, m_position.step + 1);
        while (m_debugger.entry() < m_member->firstUpdate) {
            const int entry = m_debugger.entry();
            m_debugger.redoEdits();
            m_sampler.beforeEntry(entry);
            m_debugger.runEntry();
            m_sampler.afterEntry(entry);
        }
    }
    for (int i = m_debugger.entry(); i < m_debugger.entries(); ++i) m_sampler.beforeEntry(i);
    m_sampler.endStep(0);
}

/// From the copy of its start, or where none was kept and no update has changed them, from the
/// weights as they are. False where neither can be.
bool Trainer::rewindForSample() {
    const bool isKept = m_debugger.isKept();
    const bool isBefore = m_areUpdatesHeld || m_debugger.entry() <= m_member->firstUpdate;
    if (!isKept && !isBefore) return false;
    m_debugger.restart();
    if (isKept) return true;
    feed(*m_member, m_feed.present());
    writeNumbers(*m_member, stepNumbers(), m_model.floatType());
    return true;
}

void Trainer::fail(const RunEvent& event) {
    m_sink.add(event);
    setState(TrainerState::Failed);
}

/// Between two steps the states are whole: they are saved where there is memory for a copy.
void Trainer::failForMemory() {
    try {
        if (!m_member && !m_debugger.isInside()) checkpoint();
    } catch (const std::exception&) {  // no memory, or a device that fails
        m_savedStep = -1;              // then the checkpoint before it is the newest
    }
    failBy(outOfMemoryError("training"));
}

/// What its memory holds is not known: nothing is saved of it.
void Trainer::failForDevice(Error error) { failBy(std::move(error)); }

/// An example cannot be read. Between two steps: what was learnt before it is saved.
void Trainer::failForData(Error error) {
    if (m_savedStep != m_position.step)
        if (Snapshot* buffer = waitForBuffer()) fill(*buffer);
    failBy(std::move(error));
}

void Trainer::failBy(Error error) {
    error.kept = "The run has stopped; its checkpoints are good.";
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
