// SPDX-License-Identifier: Apache-2.0
// One kernel over the states' section of the arena.
#include "core/train/state_watch.h"

#include <new>

#include "core/exec/value_reader.h"
#include "kernels/api/finite.h"

namespace vitrine {

StateWatch::StateWatch(Model& model) : m_model(model) {
    const DType type = model.floatType();
    kernels::FirstNonFiniteProblem problem{.counts = {}, .dtype = type};
    for (const StateLayout::Item& item : model.states().items()) {
        if (item.dtype != type) continue;
        problem.counts.push_back(item.shape.elements());
        m_operands.push_back(model.stateData(item));
    }
    m_operands.push_back(&m_first);
    m_kernel = kernels::selectFirstNonFinite(problem);
    if (m_kernel.workspaceBytes == 0) return;
    auto workspace = Arena::allocate(m_kernel.workspaceBytes);
    if (!workspace) throw std::bad_alloc();
    m_workspace = std::move(workspace).value();
}

bool StateWatch::allFinite(Team& team) {
    team.run(m_kernel, m_operands.data(), m_workspace.data());
    return m_first < 0;
}

std::optional<NonFinite> StateWatch::first(const Tape& tape) const {
    for (const TapeState& state : tape.states) {
        const ValueId value = state.out == noValue ? state.in : state.out;
        int64_t element = 0;
        if (tape.value(value).storage >= 0 &&
            firstNonFinite(tape, m_model.stateBase(), value, &element))
            return NonFinite{value, element};
    }
    return std::nullopt;
}

}  // namespace vitrine
