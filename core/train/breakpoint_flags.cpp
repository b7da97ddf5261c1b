// SPDX-License-Identifier: Apache-2.0
// Finds the entries of breakpoints' nodes.
#include "core/train/breakpoint_flags.h"

#include "core/train/stop_point.h"

namespace vitrine {

void BreakpointFlags::set(const std::vector<Breakpoint>& breakpoints,
                          std::span<Executor* const> executors) {
    m_flags.clear();
    for (const Executor* executor : executors) {
        const Tape& tape = executor->tape();
        Flags flags{&tape, {}};
        for (const Breakpoint& breakpoint : breakpoints) {
            const int entry = firstEntryOf(tape, breakpoint.node, breakpoint.backward);
            if (entry < 0) continue;
            flags.entries.resize(tape.entries.size());
            flags.entries[static_cast<size_t>(entry)] = 1;
        }
        if (!flags.entries.empty()) m_flags.push_back(std::move(flags));
    }
}

const uint8_t* BreakpointFlags::of(const Tape* tape) const {
    for (const Flags& flags : m_flags)
        if (flags.tape == tape) return flags.entries.data();
    return nullptr;
}

}  // namespace vitrine
