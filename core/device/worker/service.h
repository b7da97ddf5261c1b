// SPDX-License-Identifier: Apache-2.0
// The side of the process that uses the device: takes calls, makes them, answers.
#pragma once

#include <span>

#include "core/device/cuda_library.h"

namespace vitrine::worker {

/// Until nobody asks more, or the device is lost: after that no call is made, whatever is asked.
/// `shared`: sharedBytes.
void serve(int socket, std::span<std::byte> shared, const DeviceLibrary& library);

}  // namespace vitrine::worker
