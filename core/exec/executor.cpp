// SPDX-License-Identifier: Apache-2.0
// Resolved operands and the loop over entries.
#include "core/exec/executor.h"

#include "core/tensor/element.h"

namespace vitrine {

Executor::Executor(const Tape& tape, std::byte* arena) : m_tape(tape), m_arena(arena) {
    const auto pointer = [&](ValueId v) -> void* {
        const TensorType& type = tape.value(v).type;
        return data(v) + bytesOf(type.dtype, type.offset);
    };
    for (const TapeEntry& entry : tape.entries) {
        Bound bound;
        bound.firstOperand = m_operands.size();
        for (ValueId v : entry.instr.operands()) m_operands.push_back(pointer(v));
        for (ValueId v : entry.instr.out) m_operands.push_back(pointer(v));
        if (entry.workspace >= 0) bound.workspace = arena + tape.workspaceOffset(entry);
        m_bound.push_back(bound);
    }
    m_isDone.assign(tape.entries.size(), 0);
}

void Executor::runEntry(int index, Team& team) {
    const TapeEntry& entry = m_tape.entries[static_cast<size_t>(index)];
    char& isDone = m_isDone[static_cast<size_t>(index)];
    if (!entry.kernel.run || isDone) return;
    const Bound& bound = m_bound[static_cast<size_t>(index)];
    team.run(entry.kernel, m_operands.data() + bound.firstOperand, bound.workspace);
    isDone = entry.once;
}

void Executor::statesChanged() { m_isDone.assign(m_isDone.size(), 0); }

void Executor::run(Team& team) {
    for (int i = 0; i < entries(); ++i) runEntry(i, team);
}

double Executor::scalar(std::string_view output) const {
    const ValueId v = m_tape.output(output);
    VITRINE_CHECK(v != noValue, "the tape has the output that is asked for");
    return number(v);
}

double Executor::number(ValueId id) const {
    const TensorType& type = m_tape.value(id).type;
    return readElement(data(id), type.dtype, type.offset);
}

std::vector<double> Executor::contents(ValueId id) const {
    std::vector<double> result;
    read(id, result);
    return result;
}

void Executor::read(ValueId id, std::vector<double>& elements) const {
    const TensorType& type = m_tape.value(id).type;
    elements.resize(static_cast<size_t>(type.shape.elements()));
    for (size_t i = 0; i < elements.size(); ++i)
        elements[i] =
            readElement(data(id), type.dtype, physicalIndexOf(type, static_cast<int64_t>(i)));
}

}  // namespace vitrine
