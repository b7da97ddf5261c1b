// SPDX-License-Identifier: Apache-2.0
// The norm of states together, as a kernel of the device that they lie on: finite where every
// number of theirs is, and is not so large that its square is none.
#pragma once

#include <vector>

#include "core/device/device_memory.h"
#include "core/exec/state_layout.h"

namespace vitrine {

/// Those states that are floats of one type.
std::vector<const StateLayout::Item*> statesOf(const StateLayout& states, DType floatType);

struct StatesNorm {
    kernels::StreamKernel kernel;  ///< without launch where the device has none
    std::vector<void*> operands;   ///< the states; the result comes behind them
};
/// `items`: of one type, at least one. Errors: those of the device.
Result<StatesNorm> bindStatesNorm(const std::vector<const StateLayout::Item*>& items,
                                  DeviceMemory& memory);

}  // namespace vitrine
