// SPDX-License-Identifier: Apache-2.0
// Answers to questions about values: inside of a step that stands still, between two steps, after
// the run, and while it runs. Nobody's bits change because of them.
#include "core/exec/fused_value.h"
#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"
#include "core/train/trainer.h"

namespace vitrine {

const Tape& Trainer::fullTape() const { return *m_model.training()[0]->tape; }

/// Standing still.
void Trainer::answer() {
    if (!m_question) return;
    const ValueQuery query = *m_question;
    m_question.reset();
    m_mail.value.put(std::make_unique<ValueSnapshot>(answerTo(query)));
}

/// While it runs: a question is answered behind the entry that makes its value, in this step or in
/// the next one of a full batch.
void Trainer::planAnswer() {
    m_answerAt = -1;
    const bool isRunning = m_state.load(std::memory_order_relaxed) == TrainerState::Running;
    if (!m_question || !isRunning || !m_member || m_member->tape.get() != &fullTape()) return;
    const Tape& tape = fullTape();
    const int inside = fusingEntry(tape, m_question->value);
    m_answerAt = 1 + (inside >= 0 ? inside : definingEntry(tape, m_question->value));
    if (m_answerAt == m_entry) answerRunning();
}

/// Reads what has just been made; runs nothing again, except for a fused value its own operator.
void Trainer::answerRunning() {
    m_answerAt = -1;
    if (!m_question) return;
    const ValueQuery query = *m_question;
    m_question.reset();
    const Tape& tape = *m_member->tape;
    auto snapshot = std::make_unique<ValueSnapshot>(
        readValue(tape, m_model.stateBase(), query, m_entry, m_position.step));
    if (canRecompute(tape, query.value, m_entry)) computeFused(*snapshot);
    m_mail.value.put(std::move(snapshot));
}

ValueSnapshot Trainer::answerTo(const ValueQuery& query) {
    if (!m_member) return answerBetween(query);
    const Tape& tape = *m_member->tape;
    ValueSnapshot snapshot = readValue(tape, m_model.stateBase(), query, m_entry, m_position.step);
    const bool isKnown = query.value >= 0 && static_cast<size_t>(query.value) < tape.values.size();
    if (isKnown && !snapshot.isAlive) recompute(snapshot);
    return snapshot;
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
    ValueSnapshot snapshot = readValue(tape, m_model.stateBase(), query, entry, m_position.step);
    snapshot.isBetweenSteps = true;
    if (!isKnown || isState) return snapshot;
    const bool isMade = storage >= 0 || fusingEntry(tape, query.value) >= 0;
    if (isMade) lookBetween(snapshot);
    return snapshot;
}

/// Begins a step up to the entry that makes the value, looks, and puts everything back.
void Trainer::lookBetween(ValueSnapshot& snapshot) {
    m_member = &m_model.train(m_model.batch());
    const bool isLast = writeFullBatch();
    m_replay.keep(m_model, *m_member);
    snapshot.isAlive = false;
    snapshot.reason = "There is no memory for a copy of the weights: no step can be tried.";
    if (m_replay.isKept()) {
        snapshot.reason = isLast ? "Made from the last batch, with the present weights."
                                 : "Made from the first batch, with the present weights.";
        lookAhead(snapshot);
        m_replay.restore(m_model, *m_member);
    }
    m_replay.forget();
    m_member = nullptr;
    m_entry = 0;
}

void Trainer::lookAhead(ValueSnapshot& snapshot) {
    const Tape& tape = fullTape();
    const ValueId value = snapshot.query.value;
    const int inside = fusingEntry(tape, value);
    const int place = 1 + (inside >= 0 ? inside : definingEntry(tape, value));
    runOnTo(place);
    if (m_entry < place) return;  // it is to quit
    if (inside >= 0) return computeFused(snapshot);
    addContents(snapshot, m_member->executor->data(value));
    snapshot.isRecomputed = true;
}

/// The last batch where that was a full one, else the first of all: then false. The loader goes on
/// from where it was.
bool Trainer::writeFullBatch() {
    if (m_batch.size == m_model.batch()) {
        writeInputs(m_batch);
        return true;
    }
    m_loader.seek(0, 0);
    writeInputs(m_loader.next());
    m_batch = {};  // its memory is the loader's again
    if (m_position.epoch < m_settings.epochs)
        m_loader.seek(m_position.epoch, m_position.batchInEpoch);
    return false;
}

}  // namespace vitrine
