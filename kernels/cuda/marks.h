// SPDX-License-Identifier: Apache-2.0
// Times in the queue, by events.
#pragma once

#include "kernels/cuda/context.h"

namespace vitrine::kernels::cuda {

/// See DeviceTable. Throws std::bad_alloc.
DeviceStatus mark(Context& context, int32_t number);
DeviceStatus secondsBetween(Context& context, int32_t first, int32_t count, float* seconds);

}  // namespace vitrine::kernels::cuda
