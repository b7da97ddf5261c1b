// SPDX-License-Identifier: Apache-2.0
// The copy: all states, then the inputs one behind the other.
#include "core/train/step_replay.h"

#include <algorithm>
#include <cstring>

#include "core/exec/value_reader.h"

namespace vitrine {

namespace {

int64_t keptBytes(const Tape& tape) {
    int64_t bytes = tape.stateBytes;
    for (const NamedValue& input : tape.inputs)
        bytes += tape.value(input.value).type.storageBytes();
    return bytes;
}

/// Calls `copy(input's memory, its place in the copy, bytes)` for every input.
template <class Copy>
void forEachInput(const Executor& executor, std::byte* place, Copy copy) {
    const Tape& tape = executor.tape();
    for (const NamedValue& input : tape.inputs) {
        const int64_t bytes = tape.value(input.value).type.storageBytes();
        copy(executor.data(input.value), place, static_cast<size_t>(bytes));
        place += bytes;
    }
}

}  // namespace

void StepReplay::reserve(std::span<Executor* const> executors) {
    if (m_memory.data()) return;
    int64_t bytes = 0;
    for (const Executor* executor : executors) bytes = std::max(bytes, keptBytes(executor->tape()));
    if (auto memory = Arena::allocate(bytes); memory.ok()) m_memory = std::move(memory).value();
}

void StepReplay::keep(const Executor& executor) {
    m_edits.clear();
    m_isKept = m_memory.data() != nullptr;
    if (!m_isKept) return;
    const auto states = static_cast<size_t>(executor.tape().stateBytes);
    std::memcpy(m_memory.data(), m_arena, states);
    forEachInput(executor, m_memory.data() + states,
                 [](const std::byte* input, std::byte* place, size_t bytes) {
                     std::memcpy(place, input, bytes);
                 });
}

void StepReplay::forget() {
    m_isKept = false;
    m_edits.clear();
}

void StepReplay::restore(const Executor& executor) const {
    VITRINE_CHECK(m_isKept, "a step is taken back to a start that was kept");
    const auto states = static_cast<size_t>(executor.tape().stateBytes);
    std::memcpy(m_arena, m_memory.data(), states);
    forEachInput(executor, m_memory.data() + states,
                 [](std::byte* input, const std::byte* place, size_t bytes) {
                     std::memcpy(input, place, bytes);
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
        writeElement(tape, m_arena, edit.value, edit.element, edit.number);
        isAny = true;
    }
    return isAny;
}

}  // namespace vitrine
