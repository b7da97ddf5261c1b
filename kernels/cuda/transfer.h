// SPDX-License-Identifier: Apache-2.0
// Bytes between the host and the device, through pinned memory that is used again and again.
#pragma once

#include "kernels/cuda/context.h"

namespace vitrine::kernels::cuda {

/// Waits only where both pieces of staging are still on their way.
DeviceStatus writeStaged(Context& context, void* to, const void* from, int64_t bytes);
/// Waits for what was in the queue before, and for its own bytes.
DeviceStatus readStaged(Context& context, void* to, const void* from, int64_t bytes);

}  // namespace vitrine::kernels::cuda
