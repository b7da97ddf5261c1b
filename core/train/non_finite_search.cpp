// SPDX-License-Identifier: Apache-2.0
// Marks values that are not finite, in the order in which they are made.
#include "core/train/non_finite_search.h"

#include <algorithm>

#include "core/exec/value_reader.h"

namespace vitrine {

/// The first element of a value that is not finite; the value is marked then.
std::optional<NonFinite> NonFiniteSearch::markBad(const Tape& tape, const std::byte* arena,
                                                  ValueId value) {
    int64_t element = 0;
    if (!firstNonFinite(tape, arena, value, &element)) return std::nullopt;
    m_isBad[static_cast<size_t>(value)] = 1;
    return NonFinite{value, element};
}

std::optional<NonFinite> NonFiniteSearch::begin(const Tape& tape, const std::byte* arena) {
    m_isBad.assign(tape.values.size(), 0);
    std::optional<NonFinite> first;
    const auto look = [&](ValueId value) {
        const auto found = markBad(tape, arena, value);
        if (!first) first = found;
    };
    for (const TapeState& state : tape.states) look(state.in);
    for (const NamedValue& input : tape.inputs) look(input.value);
    return first;
}

void NonFiniteSearch::beginAt(const Tape& tape, const std::byte* arena, int entry) {
    m_isBad.assign(tape.values.size(), 0);
    for (size_t v = 0; v < tape.values.size(); ++v)
        if (const auto value = static_cast<ValueId>(v); isAlive(tape, value, entry))
            markBad(tape, arena, value);
}

std::optional<NonFinite> NonFiniteSearch::lookAt(const Tape& tape, const std::byte* arena,
                                                 int entry) {
    const Instr& instr = tape.entries[static_cast<size_t>(entry)].instr;
    const bool passesOn = std::ranges::any_of(instr.operands(), [&](ValueId operand) {
        return m_isBad[static_cast<size_t>(operand)] != 0;
    });
    std::optional<NonFinite> first;
    for (ValueId result : instr.out) {
        const auto found = markBad(tape, arena, result);
        if (!first && !passesOn) first = found;
    }
    return first;
}

}  // namespace vitrine
