// SPDX-License-Identifier: Apache-2.0
// What of the engine is checked on a device, beside its kernels one by one: every part of it is
// counted, and tells what is wrong.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "core/device/device_memory.h"
#include "core/exec/stream_executor.h"

namespace vitrine::device_check {

/// When everything is to be over.
struct Until {
    using Clock = std::chrono::steady_clock;
    Clock::time_point end = Clock::time_point::max();
    bool isOver() const { return Clock::now() > end; }
};

struct Outcome {
    int checked = 0, leftOut = 0;  ///< for want of time
    std::vector<std::string> wrong;
    std::map<std::string, std::string> lacking;  ///< operators without a kernel, and why
};

/// Every operator of the registry and its derivative against the CPU: each sample as a tape of the
/// device, launched and then from its recording.
Outcome checkOperators(Device& device, Until until);

/// Training steps of random networks: the first as on the CPU, and some more of them with the same
/// bits however they are run: as a whole from a recording, entry by entry, in pieces with looks
/// between them, and gone on with in other memory.
Outcome checkGraphs(Device& device, int graphs, Until until);

/// A tape of a program with memory and executor of its own on a device.
class OnDevice {
  public:
    /// `tape` and `device` must outlive it. Errors: those of the device, "H05" where it has no
    /// kernel.
    static Result<std::unique_ptr<OnDevice>> open(const Tape& tape, Device& device);

    DeviceMemory& memory() { return *m_memory; }
    StreamExecutor& executor() { return *m_executor; }

  private:
    std::unique_ptr<DeviceMemory> m_memory;
    std::unique_ptr<StreamExecutor> m_executor;
};

/// `inside[i]` and `wanted[i]` as far apart as rounding allows: a share of the largest |wanted|, or
/// `least`. Empty, or where they are not.
std::string difference(const std::vector<double>& found, const std::vector<double>& wanted,
                       double share, double least);

}  // namespace vitrine::device_check
