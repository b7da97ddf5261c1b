// SPDX-License-Identifier: Apache-2.0
// Resolved operands and the loop over entries.
#include "core/exec/host_executor.h"

#include <algorithm>

#include "core/base/guard.h"

namespace vitrine {

namespace {

/// What is estimated to take less is done sooner by one thread than by several, which would have to
/// hear of it first. (Estimates count every byte as if it came from memory: entries so small take a
/// few microseconds.)
constexpr double leastSeconds = 25e-6;

}  // namespace

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
        bound.isSmall = entry.seconds < leastSeconds;
        m_bound.push_back(bound);
    }
    m_runs = slicedRuns(tape, team.threads());
    m_isDone.assign(tape.entries.size(), 0);
    orThrow(m_team.reserveScratch(tape.scratchBytes()));
}

/// Runs of slices that are asked for as a whole go so, all else entry by entry. Where a run is the
/// end of what is asked for, somebody may look at what it has used up.
Result<void> HostExecutor::run(int first, int last) {
    checkRange(first, last);
    auto next = std::ranges::lower_bound(m_runs, first, {}, &SlicedRun::first);
    for (int i = first; i < last;) {
        while (next != m_runs.end() && next->first < i) ++next;
        if (next != m_runs.end() && next->first == i && next->last <= last) {
            runSlices(*next, next->last < last);
            i = next->last;
        } else {
            runAlone(static_cast<size_t>(i++));
        }
    }
    return {};
}

void HostExecutor::runAlone(size_t i) {
    const TapeEntry& entry = m_tape.entries[i];
    if (!entry.kernel.run || m_isDone[i]) return;
    const Bound& bound = m_bound[i];
    void* const* const operands = m_operands.data() + bound.firstOperand;
    if (bound.isSmall)
        m_team.runHere(entry.kernel, operands, bound.workspace);
    else
        m_team.run(entry.kernel, operands, bound.workspace);
    m_isDone[i] = entry.once;
}

/// Lets what the slices take turns in begin where slice `to` wants it instead of `from`.
void HostExecutor::moveTurns(const SlicedRun& run, int64_t from, int64_t to) {
    for (const SlicedRun::Turn& turn : run.turns) {
        void*& operand =
            m_operands[m_bound[static_cast<size_t>(turn.entry)].firstOperand + turn.place];
        const int64_t more =
            turn.bytesBefore[static_cast<size_t>(to)] - turn.bytesBefore[static_cast<size_t>(from)];
        operand = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(operand) -
                                          static_cast<uintptr_t>(more));
    }
}

void HostExecutor::runSlices(const SlicedRun& run, bool inTurns) {
    const auto runParts = [&](int i, int phase, int64_t first, int64_t end) {
        const Bound& bound = m_bound[static_cast<size_t>(i)];
        m_team.runParts(m_tape.entries[static_cast<size_t>(i)].kernel,
                        m_operands.data() + bound.firstOperand, bound.workspace, phase, first, end);
    };
    for (int i = run.first; i < run.last; ++i)
        if (run.goesFirst(i)) runAlone(static_cast<size_t>(i));
    for (int64_t slice = 0; slice < run.slices; ++slice) {
        if (inTurns && slice > 0) moveTurns(run, slice - 1, slice);
        for (int i = run.first; i < run.last; ++i)
            runParts(i, 0, slice == 0 ? 0 : run.end(i, slice - 1), run.end(i, slice));
    }
    if (inTurns) moveTurns(run, run.slices - 1, 0);
    for (int i = run.first; i < run.last; ++i) {
        const kernels::Kernel& kernel = m_tape.entries[static_cast<size_t>(i)].kernel;
        for (int phase = 1; phase < (run.goesFirst(i) ? 0 : kernel.phases); ++phase)
            runParts(i, phase, 0, kernel.parts[static_cast<size_t>(phase)]);
    }
}

void HostExecutor::statesChanged() { m_isDone.assign(m_isDone.size(), 0); }

}  // namespace vitrine
