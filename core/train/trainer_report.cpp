// SPDX-License-Identifier: Apache-2.0
// What the trainer tells: events, its state, where it stands, copies of states.
#include <chrono>

#include "core/base/guard.h"
#include "core/train/trainer.h"

namespace vitrine {

double Trainer::now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

StopPoint Trainer::stopPoint() const {
    constexpr auto relaxed = std::memory_order_relaxed;
    return {.step = m_stopPoint.step.load(relaxed),
            .epoch = m_stopPoint.epoch.load(relaxed),
            .entry = m_stopPoint.entry.load(relaxed),
            .insideStep = m_stopPoint.insideStep.load(relaxed),
            .canStepBack = m_stopPoint.canStepBack.load(relaxed)};
}

const std::shared_ptr<const Tape>& Trainer::presentTape() const {
    return m_present.load(std::memory_order_acquire)->tape;
}

void Trainer::setState(TrainerState state) {
    m_state.store(state, std::memory_order_release);
    m_state.notify_all();
}

RunEvent Trainer::eventNow(EventKind kind) const {
    RunEvent event;
    event.kind = kind;
    event.step = m_position.step;
    event.epoch = m_position.epoch;
    event.entry = m_debugger.entry();
    const Member& present = *m_present.load(std::memory_order_relaxed);
    event.batch = present.tape->batch;
    event.accumulates = present.firstUpdate < 0;
    event.learningRate = m_rate;
    return event;
}

void Trainer::pauseWith(const RunEvent& event) {
    constexpr auto relaxed = std::memory_order_relaxed;
    m_debugger.standStill();
    m_stopPoint.step.store(m_position.step, relaxed);
    m_stopPoint.epoch.store(m_position.epoch, relaxed);
    m_stopPoint.entry.store(m_debugger.entry(), relaxed);
    m_stopPoint.insideStep.store(m_member != nullptr, relaxed);
    m_stopPoint.canStepBack.store(m_debugger.canStepBack(), relaxed);
    m_times.paused = now();
    m_sink.add(event);
    setState(TrainerState::Paused);
}

void Trainer::pauseAt(const NonFinite& found) {
    RunEvent event = eventNow(EventKind::NonFiniteValue);
    event.value = found.value;
    event.element = found.element;
    pauseWith(event);
}

/// Inside a step: of the step that it changes, or would have changed.
void Trainer::reportEdit(EventKind kind, const ValueEdit& edit) {
    RunEvent event = eventNow(kind);
    event.step += m_member ? 1 : 0;
    event.entry = edit.entry;
    event.value = edit.value;
    event.element = edit.element;
    event.number = edit.number;
    m_sink.add(event);
}

void Trainer::reportUndone(const std::vector<ValueEdit>& edits) {
    if (!edits.empty()) {
        m_isFailureSampled = false;
        m_lossScaling.read();
    }
    for (const ValueEdit& edit : edits) reportEdit(EventKind::EditUndone, edit);
}

Snapshot Trainer::snapshot() const {
    Snapshot snapshot;
    copyStates(snapshot);
    return snapshot;
}

/// Into memory that is there already where the snapshot was filled before.
void Trainer::copyStates(Snapshot& snapshot) const {
    snapshot.position = m_position;
    snapshot.seed = m_settings.seed;
    const std::vector<StateLayout::Item>& items = m_model.states().items();
    snapshot.tensors.resize(items.size());
    for (size_t i = 0; i < items.size(); ++i) {
        SnapshotTensor& tensor = snapshot.tensors[i];
        tensor.name = items[i].name;
        tensor.key = items[i].key;
        tensor.dtype = items[i].dtype;
        tensor.shape = items[i].shape;
        tensor.bytes.resize(static_cast<size_t>(items[i].bytes()));
        orThrow(m_model.memory().read(items[i].offset, tensor.bytes));
    }
}

/// Examples that could not be read, once for those that are new.
void Trainer::tellOfData() {
    for (Error& remark : m_feed.newRemarks()) m_sink.add(std::move(remark));
}

/// Between two steps, when somebody has asked.
void Trainer::giveStates() {
    if (m_mail.statesAsked.load(std::memory_order_relaxed) &&
        m_mail.statesAsked.exchange(false, std::memory_order_acquire))
        m_mail.states.put(std::make_unique<Snapshot>(snapshot()));
}

}  // namespace vitrine
