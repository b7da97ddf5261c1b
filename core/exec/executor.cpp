// SPDX-License-Identifier: Apache-2.0
// Resolved operands and the loop over entries.
#include "core/exec/executor.h"

#include <array>

namespace vitrine {

namespace {

double element(const std::byte* data, DType type, int64_t index) {
    switch (type) {
        case DType::F32:
            return static_cast<double>(reinterpret_cast<const float*>(data)[index]);
        case DType::F64:
            return reinterpret_cast<const double*>(data)[index];
        case DType::I32:
            return reinterpret_cast<const int32_t*>(data)[index];
        case DType::I64:
            return static_cast<double>(reinterpret_cast<const int64_t*>(data)[index]);
        default:
            VITRINE_CHECK(false, "no kernel makes values of this type yet");
    }
    return 0;
}

}  // namespace

Executor::Executor(const Tape& tape, std::byte* arena) : m_tape(tape), m_arena(arena) {
    const auto pointer = [&](ValueId v) -> void* {
        const TensorType& type = tape.value(v).type;
        return data(v) + type.offset * sizeOf(type.dtype);
    };
    for (const TapeEntry& entry : tape.entries) {
        Bound bound;
        bound.firstOperand = m_operands.size();
        for (ValueId v : entry.instr.in) m_operands.push_back(pointer(v));
        for (ValueId v : entry.instr.out) m_operands.push_back(pointer(v));
        if (entry.workspace >= 0) bound.workspace = arena + tape.workspaceOffset(entry);
        m_bound.push_back(bound);
    }
}

void Executor::runEntry(int index, Team& team) {
    const TapeEntry& entry = m_tape.entries[static_cast<size_t>(index)];
    if (!entry.kernel.run) return;
    const Bound& bound = m_bound[static_cast<size_t>(index)];
    team.run(entry.kernel, m_operands.data() + bound.firstOperand, bound.workspace);
}

void Executor::run(Team& team) {
    for (int i = 0; i < entries(); ++i) runEntry(i, team);
}

double Executor::scalar(std::string_view output) const {
    const ValueId v = m_tape.output(output);
    VITRINE_CHECK(v != noValue, "the tape has the output that is asked for");
    return element(data(v), m_tape.value(v).type.dtype, m_tape.value(v).type.offset);
}

std::vector<double> Executor::contents(ValueId id) const {
    const TensorType& type = m_tape.value(id).type;
    std::vector<double> result(static_cast<size_t>(type.shape.elements()));
    std::array<int64_t, Shape::maxRank> index{};
    for (double& x : result) {
        x = element(data(id), type.dtype, physicalIndex(type, index.data()));
        for (int axis = type.shape.rank() - 1; axis >= 0; --axis) {
            if (++index[static_cast<size_t>(axis)] < type.shape[axis]) break;
            index[static_cast<size_t>(axis)] = 0;
        }
    }
    return result;
}

}  // namespace vitrine
