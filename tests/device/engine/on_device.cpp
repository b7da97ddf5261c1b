// SPDX-License-Identifier: Apache-2.0
// Memory, an executor, and numbers side by side.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tests/device/engine/engine.h"

namespace vitrine::device_check {

Result<std::unique_ptr<OnDevice>> OnDevice::open(const Tape& tape, Device& device) {
    auto made = std::make_unique<OnDevice>();
    auto memory = DeviceMemory::allocate(device, std::max<int64_t>(tape.arenaBytes(), 1));
    if (!memory) return memory.error();
    made->m_memory = std::move(memory).value();
    auto executor = StreamExecutor::create(tape, device, *made->m_memory);
    if (!executor) return executor.error();
    made->m_executor = std::move(executor).value();
    return made;
}

std::string difference(const std::vector<double>& found, const std::vector<double>& wanted,
                       double share, double least) {
    double largest = 0;
    for (const double x : wanted)
        if (std::isfinite(x)) largest = std::max(largest, std::abs(x));
    const double allowed = std::max(share * largest, least);
    for (size_t i = 0; i < wanted.size(); ++i) {
        const double a = found[i], b = wanted[i];
        const bool agree = std::isfinite(a) && std::isfinite(b)
                               ? std::abs(a - b) <= allowed
                               : a == b || (std::isnan(a) && std::isnan(b));
        if (!agree) return fmt::format("[{}]: {} on the device, {} on the CPU", i, a, b);
    }
    return {};
}

}  // namespace vitrine::device_check
