// SPDX-License-Identifier: Apache-2.0
// BreakpointFlags: breakpoints on nodes as flags on the entries of tapes.
#pragma once

#include <span>
#include <vector>

#include "core/exec/executor.h"
#include "core/probe/stop_request.h"

namespace vitrine {

class BreakpointFlags {
  public:
    /// For the tapes of these executors. A node that a tape has no entry of is left out.
    void set(const std::vector<Breakpoint>& breakpoints, std::span<Executor* const> executors);
    /// One flag for each entry of a tape; null where nothing is set there.
    const uint8_t* of(const Tape* tape) const;

  private:
    struct Flags {
        const Tape* tape = nullptr;
        std::vector<uint8_t> entries;
    };
    std::vector<Flags> m_flags;
};

}  // namespace vitrine
