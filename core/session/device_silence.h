// SPDX-License-Identifier: Apache-2.0
// GPUs that do not answer: how long, and the end of waiting for them.
#pragma once

#include <chrono>
#include <thread>

namespace vitrine {

/// So long nobody is told: a step of a large network takes its time.
constexpr std::chrono::seconds usualDevicePatience(15);

/// Of the GPU that has kept somebody waiting the longest; 0: nobody waits. Any thread.
std::chrono::milliseconds deviceSilence();

/// Ends the processes of GPUs that have been silent for so long: whoever waits finds the device
/// lost. Any thread.
void endSilentDevices(std::chrono::milliseconds forSoLong);

/// While it lives, nobody waits for a GPU longer than that: for the end of a program, which needs
/// none of their answers any more.
class LastDevicePatience {
  public:
    explicit LastDevicePatience(std::chrono::milliseconds patience);

  private:
    std::jthread m_watch;
};

}  // namespace vitrine
