// SPDX-License-Identifier: Apache-2.0
// GPUs that do not answer: how long, and the end of waiting for them.
#pragma once

#include <chrono>

namespace vitrine {

/// Of the GPU that has kept somebody waiting the longest; 0: nobody waits. Any thread.
std::chrono::milliseconds deviceSilence();

/// Ends the processes of GPUs that have been silent for so long: whoever waits finds the device
/// lost. Any thread.
void endSilentDevices(std::chrono::milliseconds forSoLong);

}  // namespace vitrine
