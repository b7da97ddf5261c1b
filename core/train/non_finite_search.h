// SPDX-License-Identifier: Apache-2.0
// NonFiniteSearch: finds the entry that made the first infinite number or NaN of a step, and not
// one that only passed it on.
#pragma once

#include <optional>
#include <vector>

#include "core/device/memory.h"
#include "core/exec/tape.h"

namespace vitrine {

/// An element that is not finite.
struct NonFinite {
    ValueId value = noValue;
    int64_t element = 0;  ///< row-major index
};

// The thread that runs the tape. `memory` is what the tape's Executor works in; DeviceTrouble is
// thrown where it cannot be read.

/// The first state of a tape with an element that is not finite, as the update's result.
std::optional<NonFinite> firstNonFiniteState(const Tape& tape, const Memory& memory);

class NonFiniteSearch {
  public:
    /// For tapes of up to this many values nothing will be allocated later on.
    void reserve(size_t values) { m_isBad.reserve(values); }
    /// At a step's start: looks at states and inputs, and gives the first that is not finite.
    std::optional<NonFinite> begin(const Tape& tape, const Memory& memory);
    /// In the middle of a step, or after an edit: what is not finite by now is no find later on.
    void beginAt(const Tape& tape, const Memory& memory, int entry);
    /// After an entry has run: what it made of finite operands and is not finite. A result of
    /// operands that were not finite is no find; what is made of it in turn is none either.
    std::optional<NonFinite> lookAt(const Tape& tape, const Memory& memory, int entry);

  private:
    std::optional<NonFinite> markBad(const Tape& tape, const Memory& memory, ValueId value);
    std::vector<uint8_t> m_isBad;  ///< by value: was seen not to be finite
};

}  // namespace vitrine
