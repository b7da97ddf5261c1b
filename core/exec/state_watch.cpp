// SPDX-License-Identifier: Apache-2.0
// One kernel over the states' section on the host; on a device a look at a copy of each.
#include "core/exec/state_watch.h"

#include <algorithm>
#include <new>

#include "core/base/guard.h"
#include "core/probe/tensor_scan.h"
#include "kernels/api/finite.h"

namespace vitrine {

StateWatch::StateWatch(const StateLayout& states, DType floatType, Memory& memory, Team& team)
    : m_memory(memory), m_team(team) {
    for (const StateLayout::Item& item : states.items())
        if (item.dtype == floatType) m_items.push_back(&item);
    if (std::byte* const start = memory.host()) bindKernel(start);
}

void StateWatch::bindKernel(std::byte* start) {
    kernels::FirstNonFiniteProblem problem;
    for (const StateLayout::Item* item : m_items) {
        problem.dtype = item->dtype;
        problem.counts.push_back(item->shape.elements());
        m_operands.push_back(start + item->offset);
    }
    m_operands.push_back(&m_first);
    m_kernel = kernels::selectFirstNonFinite(problem);
    if (m_kernel.workspaceBytes == 0) return;
    auto workspace = Arena::allocate(m_kernel.workspaceBytes);
    if (!workspace) throw std::bad_alloc();
    m_workspace = std::move(workspace).value();
}

bool StateWatch::isFinite(const StateLayout::Item& item) const {
    const HostView view = orThrow(m_memory.view(item.offset, item.bytes()));
    return !hasNonFinite(TensorType::rowMajor(item.shape, item.dtype), view.data());
}

bool StateWatch::allFinite() {
    if (!m_kernel.run)
        return std::ranges::all_of(m_items, [this](const auto* item) { return isFinite(*item); });
    m_team.run(m_kernel, m_operands.data(), m_workspace.data());
    return m_first < 0;
}

}  // namespace vitrine
