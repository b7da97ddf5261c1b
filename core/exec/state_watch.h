// SPDX-License-Identifier: Apache-2.0
// StateWatch: are all weights, statistics and optimiser slots numbers? Looked at after each update.
#pragma once

#include <vector>

#include "core/device/arena.h"
#include "core/exec/states_norm.h"
#include "core/exec/team.h"

namespace vitrine {

class StateWatch {
  public:
    /// Of the states in `memory` those of type `floatType`. All must outlive this. Throws
    /// std::bad_alloc, DeviceTrouble.
    StateWatch(const StateLayout& states, DType floatType, Memory& memory, Team& team);

    /// One pass over all states. No allocation on the host. Throws DeviceTrouble.
    bool allFinite();

  private:
    void bindKernel(std::byte* start);
    void bindNorm(DeviceMemory& memory);
    bool hasFiniteNorm();
    bool isFinite(const StateLayout::Item& item) const;

    const Memory& m_memory;
    Team& m_team;
    std::vector<const StateLayout::Item*> m_items;
    kernels::Kernel m_kernel;  ///< on the host
    std::vector<void*> m_operands;
    Arena m_workspace;
    int32_t m_first = -1;
    // On a device: the norm of all states, which is finite where they are.
    DeviceMemory* m_device = nullptr;
    StatesNorm m_norm;
    std::unique_ptr<DeviceMemory> m_result;  ///< the norm, then the kernel's workspace
};

}  // namespace vitrine
