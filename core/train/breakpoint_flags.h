// SPDX-License-Identifier: Apache-2.0
// BreakpointFlags: breakpoints on nodes as flags on the entries of a model's training tapes.
#pragma once

#include <vector>

#include "core/probe/stop_request.h"
#include "core/train/model.h"

namespace vitrine {

class BreakpointFlags {
  public:
    /// A node that a tape has no entry of is left out.
    void set(const std::vector<Breakpoint>& breakpoints, Model& model);
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
