// SPDX-License-Identifier: Apache-2.0
// Answers to questions about values: inside of a step that stands still, between two steps, after
// the run, and while it runs. Nobody's bits change because of them.
#include <utility>

#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"
#include "core/train/trainer.h"

namespace vitrine {

const Tape& Trainer::fullTape() const { return *m_model.training()[0]->tape; }

std::optional<ValueQuery> Trainer::takeQuestion() { return std::exchange(m_question, {}); }

void Trainer::give(ValueSnapshot snapshot) {
    snapshot.step = m_position.step;
    m_mail.value.put(std::make_unique<ValueSnapshot>(std::move(snapshot)));
}

/// Standing still.
void Trainer::answer() {
    if (const auto query = takeQuestion())
        give(m_member ? m_debugger.value(*query) : answerBetween(*query));
}

/// While it runs: a question is answered behind the entry that makes its value, in this step or in
/// the next one of a full batch.
void Trainer::planAnswer() {
    m_answerAt = -1;
    const bool isRunning = m_state.load(std::memory_order_relaxed) == TrainerState::Running;
    if (!m_question || !isRunning || !m_member || m_member->tape.get() != &fullTape()) return;
    m_answerAt = StepDebugger::placeBehind(fullTape(), m_question->value);
    if (m_answerAt == m_debugger.entry()) answerRunning();
}

/// Reads what has just been made; runs nothing again, except for a fused value its own operator.
void Trainer::answerRunning() {
    m_answerAt = -1;
    if (const auto query = takeQuestion()) give(m_debugger.valueAtHand(*query));
}

/// Between two steps, before the first and after the last: states are as the last update has left
/// them. What a step makes is made again with them.
ValueSnapshot Trainer::answerBetween(const ValueQuery& query) {
    const Tape& tape = fullTape();
    const bool isKnown = query.value >= 0 && static_cast<size_t>(query.value) < tape.values.size();
    const int storage = isKnown ? tape.value(query.value).storage : -1;
    const bool isState = storage >= 0 && tape.storages[static_cast<size_t>(storage)].isState;
    const bool isNew = isState && definingEntry(tape, query.value) >= 0;
    const int entry = isNew ? static_cast<int>(tape.entries.size()) : 0;
    ValueSnapshot snapshot = readValue(tape, m_model.memory(), query, entry, m_position.step);
    snapshot.isBetweenSteps = true;
    if (!isKnown || isState) return snapshot;
    const bool isMade = storage >= 0 || fusingEntry(tape, query.value) >= 0;
    if (isMade) lookBetween(snapshot);
    return snapshot;
}

/// Begins a step up to the entry that makes the value, looks, and puts everything back. The loader
/// goes on from where it was.
void Trainer::lookBetween(ValueSnapshot& snapshot) {
    const Member& member = m_model.train(m_model.batch());
    std::optional<Feed::Place> next;
    if (m_position.epoch < m_settings.epochs)
        next = Feed::Place{m_position.epoch, m_position.batchInEpoch};
    const bool isLast = m_feed.writeFullBatch(member, next);
    writeNumbers(member, stepNumbers(), m_model.floatType());
    snapshot.isAlive = false;
    snapshot.reason = isLast ? "Made from the last batch, with the present weights."
                             : "Made from the first batch, with the present weights.";
    if (!m_debugger.lookAhead(*member.executor, snapshot))
        snapshot.reason = "There is no memory for a copy of the weights: no step can be tried.";
}

}  // namespace vitrine
