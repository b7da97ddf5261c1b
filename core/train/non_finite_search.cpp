// SPDX-License-Identifier: Apache-2.0
// Marks values that are not finite, in the order in which they are made.
#include "core/train/non_finite_search.h"

#include <algorithm>

#include "core/exec/value_reader.h"

namespace vitrine {

std::optional<NonFinite> firstNonFiniteState(const Tape& tape, const Memory& memory) {
    for (const TapeState& state : tape.states) {
        const ValueId value = state.out == noValue ? state.in : state.out;
        int64_t element = 0;
        if (tape.value(value).storage >= 0 && firstNonFinite(tape, memory, value, &element))
            return NonFinite{value, element};
    }
    return std::nullopt;
}

/// The first element of a value that is not finite; the value is marked then.
std::optional<NonFinite> NonFiniteSearch::markBad(const Tape& tape, const Memory& memory,
                                                  ValueId value) {
    int64_t element = 0;
    if (!firstNonFinite(tape, memory, value, &element)) return std::nullopt;
    m_isBad[static_cast<size_t>(value)] = 1;
    return NonFinite{value, element};
}

std::optional<NonFinite> NonFiniteSearch::begin(const Tape& tape, const Memory& memory) {
    m_isBad.assign(tape.values.size(), 0);
    std::optional<NonFinite> first;
    const auto look = [&](ValueId value) {
        const auto found = markBad(tape, memory, value);
        if (!first) first = found;
    };
    for (const TapeState& state : tape.states) look(state.in);
    for (const NamedValue& input : tape.inputs) look(input.value);
    return first;
}

void NonFiniteSearch::beginAt(const Tape& tape, const Memory& memory, int entry) {
    m_isBad.assign(tape.values.size(), 0);
    for (size_t v = 0; v < tape.values.size(); ++v)
        if (const auto value = static_cast<ValueId>(v); isAlive(tape, value, entry))
            markBad(tape, memory, value);
}

std::optional<NonFinite> NonFiniteSearch::lookAt(const Tape& tape, const Memory& memory,
                                                 int entry) {
    const Instr& instr = tape.entries[static_cast<size_t>(entry)].instr;
    const bool passesOn = std::ranges::any_of(instr.operands(), [&](ValueId operand) {
        return m_isBad[static_cast<size_t>(operand)] != 0;
    });
    std::optional<NonFinite> first;
    for (ValueId result : instr.out) {
        const auto found = markBad(tape, memory, result);
        if (!first && !passesOn) first = found;
    }
    return first;
}

}  // namespace vitrine
