// SPDX-License-Identifier: Apache-2.0
// One kernel over the states' section. On a device it is that of the norm: where that is no number,
// or too large for one, a look at a copy of each state tells.
#include "core/exec/state_watch.h"

#include <algorithm>
#include <cmath>
#include <new>

#include "core/base/guard.h"
#include "core/probe/tensor_scan.h"
#include "core/tensor/element.h"
#include "kernels/api/finite.h"

namespace vitrine {

StateWatch::StateWatch(const StateLayout& states, DType floatType, Memory& memory, Team& team)
    : m_memory(memory), m_team(team), m_items(statesOf(states, floatType)) {
    if (std::byte* const start = memory.host())
        bindKernel(start);
    else if (auto* const device = dynamic_cast<DeviceMemory*>(&memory); device && !m_items.empty())
        bindNorm(*device);
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

void StateWatch::bindNorm(DeviceMemory& memory) {
    m_norm = orThrow(bindStatesNorm(m_items, memory));
    if (!m_norm.kernel.launch) return;
    m_device = &memory;
    m_result = orThrow(DeviceMemory::allocate(
        memory.device(), kernels::deviceAlignment + m_norm.kernel.workspaceBytes));
    m_norm.operands.push_back(m_result->address(0));
}

bool StateWatch::hasFiniteNorm() {
    orThrow(m_device->device().launch(m_norm.kernel, m_norm.operands.data(),
                                      m_result->address(kernels::deviceAlignment)));
    const DType type = m_items.front()->dtype;
    std::byte bytes[8];
    orThrow(m_result->read(0, std::span(bytes).first(static_cast<size_t>(sizeOf(type)))));
    return std::isfinite(readElement(bytes, type, 0));
}

bool StateWatch::isFinite(const StateLayout::Item& item) const {
    const HostView view = orThrow(m_memory.view(item.offset, item.bytes()));
    return !hasNonFinite(TensorType::rowMajor(item.shape, item.dtype), view.data());
}

bool StateWatch::allFinite() {
    if (m_device && hasFiniteNorm()) return true;
    if (!m_kernel.run)
        return std::ranges::all_of(m_items, [this](const auto* item) { return isFinite(*item); });
    m_team.run(m_kernel, m_operands.data(), m_workspace.data());
    return m_first < 0;
}

}  // namespace vitrine
