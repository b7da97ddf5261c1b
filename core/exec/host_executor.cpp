// SPDX-License-Identifier: Apache-2.0
// Resolved operands and the loop over entries.
#include "core/exec/host_executor.h"

#include "core/base/guard.h"

namespace vitrine {

HostExecutor::HostExecutor(const Tape& tape, Memory& memory, Team& team)
    : Executor(tape, memory), m_team(team) {
    std::byte* const start = memory.host();
    VITRINE_CHECK(start, "what runs on the CPU has its values in the host's memory");
    const auto pointer = [&](ValueId v) -> void* {
        const TensorType& type = tape.value(v).type;
        return start + tape.offsetOf(v) + bytesOf(type.dtype, type.offset);
    };
    for (const TapeEntry& entry : tape.entries) {
        Bound bound;
        bound.firstOperand = m_operands.size();
        for (ValueId v : entry.instr.operands()) m_operands.push_back(pointer(v));
        for (ValueId v : entry.instr.out) m_operands.push_back(pointer(v));
        if (entry.workspace >= 0) bound.workspace = start + tape.workspaceOffset(entry);
        m_bound.push_back(bound);
    }
    m_isDone.assign(tape.entries.size(), 0);
    orThrow(m_team.reserveScratch(tape.scratchBytes()));
}

Result<void> HostExecutor::run(int first, int last) {
    checkRange(first, last);
    for (auto i = static_cast<size_t>(first); i < static_cast<size_t>(last); ++i) {
        const TapeEntry& entry = m_tape.entries[i];
        if (!entry.kernel.run || m_isDone[i]) continue;
        const Bound& bound = m_bound[i];
        m_team.run(entry.kernel, m_operands.data() + bound.firstOperand, bound.workspace);
        m_isDone[i] = entry.once;
    }
    return {};
}

void HostExecutor::statesChanged() { m_isDone.assign(m_isDone.size(), 0); }

}  // namespace vitrine
