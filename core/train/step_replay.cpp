// SPDX-License-Identifier: Apache-2.0
// The copy: all states, then the inputs one behind the other.
#include "core/train/step_replay.h"

#include <algorithm>
#include <cstring>

#include "core/exec/value_reader.h"

namespace vitrine {

namespace {

int64_t inputBytes(const Member& member) {
    int64_t bytes = 0;
    if (member.tape)
        for (const NamedValue& input : member.tape->inputs)
            bytes += member.tape->value(input.value).type.storageBytes();
    return bytes;
}

/// Calls `copy(input's memory, its place in the copy, bytes)` for every input.
template <class Copy>
void forEachInput(const Member& member, std::byte* place, Copy copy) {
    for (const NamedValue& input : member.tape->inputs) {
        const int64_t bytes = member.tape->value(input.value).type.storageBytes();
        copy(member.executor->data(input.value), place, static_cast<size_t>(bytes));
        place += bytes;
    }
}

}  // namespace

void StepReplay::reserve(Model& model) {
    if (m_memory.data()) return;
    int64_t inputs = 0;
    for (const Member* member : model.training()) inputs = std::max(inputs, inputBytes(*member));
    if (auto memory = Arena::allocate(model.states().sizeBytes() + inputs); memory.ok())
        m_memory = std::move(memory).value();
}

void StepReplay::keep(Model& model, const Member& member) {
    m_edits.clear();
    reserve(model);
    m_isKept = m_memory.data() != nullptr;
    if (!m_isKept) return;
    const auto states = static_cast<size_t>(model.states().sizeBytes());
    std::memcpy(m_memory.data(), model.stateBase(), states);
    forEachInput(member, m_memory.data() + states,
                 [](const std::byte* input, std::byte* place, size_t bytes) {
                     std::memcpy(place, input, bytes);
                 });
}

void StepReplay::forget() {
    m_isKept = false;
    m_edits.clear();
}

void StepReplay::restore(Model& model, const Member& member) const {
    VITRINE_CHECK(m_isKept, "a step is taken back to a start that was kept");
    const auto states = static_cast<size_t>(model.states().sizeBytes());
    std::memcpy(model.stateBase(), m_memory.data(), states);
    forEachInput(member, m_memory.data() + states,
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

void StepReplay::redoEdits(Model& model, const Member& member, int entry) const {
    for (const ValueEdit& edit : m_edits)
        if (edit.entry == entry)
            writeElement(*member.tape, model.stateBase(), edit.value, edit.element, edit.number);
}

}  // namespace vitrine
