// SPDX-License-Identifier: Apache-2.0
// A device for tests on machines without one: its memory is the host's and its kernels are plain
// loops. Like a real one it does nothing until somebody waits, takes a launch as it was at the time
// of the call, and can fail anywhere.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernels/api/device.h"

namespace vitrine::test {

/// What it is to do, and what became of it.
struct HostDevice {
    int devices = 1;
    int64_t memoryBytes = int64_t{1} << 30;
    bool hasProducts = true;  ///< false: as where cuBLASLt is not there

    int failAt = -1;  ///< the call of this number, of those that have a status, fails
    kernels::DeviceStatus failure = kernels::DeviceStatus::Failed;
    std::function<void()> atFailure;  ///< what it does before that

    int count = 0;                                  ///< calls that have a status
    std::vector<std::string> calls;                 ///< by name: `write 12`, `launch add`
    int callsAfterLoss = 0;                         ///< of any kind
    int contexts = 0, allocations = 0, graphs = 0;  ///< that are there now
    int64_t usedBytes = 0;

    bool isClean() const { return contexts == 0 && allocations == 0 && graphs == 0; }
};

/// The one that the table works with, as new. Threads: one.
HostDevice& newHostDevice();

const kernels::DeviceTable& hostDeviceTable();

}  // namespace vitrine::test
