// SPDX-License-Identifier: Apache-2.0
// The copy: all states, then the inputs one behind the other.
#include "core/train/step_replay.h"

#include <algorithm>

#include "core/base/guard.h"
#include "core/exec/value_reader.h"

namespace vitrine {

namespace {

int64_t keptBytes(const Tape& tape) {
    int64_t bytes = tape.stateBytes;
    for (const NamedValue& input : tape.inputs)
        bytes += tape.value(input.value).type.storageBytes();
    return bytes;
}

/// Calls `copy(place in the tapes' memory, place in the copy, bytes)` for the states and every
/// input.
template <class Copy>
void forEachPart(const Tape& tape, Copy copy) {
    copy(0, 0, tape.stateBytes);
    int64_t place = tape.stateBytes;
    for (const NamedValue& input : tape.inputs) {
        const int64_t bytes = tape.value(input.value).type.storageBytes();
        copy(tape.offsetOf(input.value), place, bytes);
        place += bytes;
    }
}

}  // namespace

void StepReplay::reserve(std::span<Executor* const> executors) {
    if (m_copy) return;
    int64_t bytes = 0;
    for (const Executor* executor : executors) bytes = std::max(bytes, keptBytes(executor->tape()));
    if (auto memory = HostMemory::allocate(bytes); memory.ok()) m_copy = std::move(memory).value();
}

void StepReplay::keep(const Executor& executor) {
    m_edits.clear();
    m_isKept = m_copy != nullptr;
    if (!m_isKept) return;
    forEachPart(executor.tape(), [&](int64_t at, int64_t place, int64_t bytes) {
        orThrow(copyBetween(m_memory, at, *m_copy, place, bytes));
    });
}

void StepReplay::forget() {
    m_isKept = false;
    m_edits.clear();
}

void StepReplay::restore(const Executor& executor) const {
    VITRINE_CHECK(m_isKept, "a step is taken back to a start that was kept");
    forEachPart(executor.tape(), [&](int64_t at, int64_t place, int64_t bytes) {
        orThrow(copyBetween(*m_copy, place, m_memory, at, bytes));
    });
}

std::vector<ValueEdit> StepReplay::dropEditsFrom(int entry) {
    const auto dropped = std::stable_partition(
        m_edits.begin(), m_edits.end(), [=](const ValueEdit& edit) { return edit.entry < entry; });
    std::vector<ValueEdit> edits(dropped, m_edits.end());
    m_edits.erase(dropped, m_edits.end());
    return edits;
}

bool StepReplay::redoEdits(const Tape& tape, int entry) const {
    bool isAny = false;
    for (const ValueEdit& edit : m_edits) {
        if (edit.entry != entry) continue;
        writeElement(tape, m_memory, edit.value, edit.element, edit.number);
        isAny = true;
    }
    copyEdits(tape, entry);
    return isAny;
}

namespace {

/// Calls `each(copy)` for what `entry` makes again of a value.
template <class Each>
void forEachCopy(const Tape& tape, ValueId value, int entry, Each each) {
    const TapeEntry& maker = tape.entries[static_cast<size_t>(entry)];
    if (!maker.again) return;
    for (ValueId made : maker.instr.out)
        if (tape.value(made).recomputes == value) each(made);
}

}  // namespace

int StepReplay::nextCopy(const Tape& tape, int from, int end) const {
    for (int entry = from; !m_edits.empty() && entry < end; ++entry) {
        bool isAny = false;
        for (const ValueEdit& edit : m_edits)
            forEachCopy(tape, edit.value, entry, [&](ValueId) { isAny = true; });
        if (isAny) return entry + 1;
    }
    return end;
}

void StepReplay::copyEdits(const Tape& tape, int entry) const {
    if (entry == 0) return;
    for (const ValueEdit& edit : m_edits)
        if (edit.entry < entry)
            forEachCopy(tape, edit.value, entry - 1, [&](ValueId copy) {
                writeElement(tape, m_memory, copy, edit.element, edit.number);
            });
}

}  // namespace vitrine
