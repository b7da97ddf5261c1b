// SPDX-License-Identifier: Apache-2.0
// Trouble that is planned with the run time of CUDA that is emulated, and what it counts: functions
// of its library, for tests that load it. Names are found by dlsym.
#pragma once

#include <cstdint>

/// What CUDA tells of itself, by the name of its error.
enum class EmulatedTrouble : int32_t {
    MemoryAllocation,
    LaunchFailure,
    IllegalAddress,
    ECCUncorrectable,
    ContextIsDestroyed,
    NoDevice,
    InsufficientDriver,
    NoKernelImageForDevice
};

extern "C" {

/// Forgets all trouble and starts counting. Call number `call` ends with `trouble`, and where CUDA
/// would never recover from it so do all after it; −1: none does.
using EmulatedPlan = void (*)(int64_t call, EmulatedTrouble trouble);
inline constexpr const char* emulatedPlanSymbol = "emulated_cuda_plan";

struct EmulatedCount {
    int64_t calls;                    ///< since the plan
    int64_t bytes;                    ///< of the device's memory that are taken now
    int64_t streams, events, graphs;  ///< that are there now
    int64_t launches;  ///< of kernels and of recordings as a whole, for as long as it is loaded
    int64_t reads;     ///< copies to the host, likewise
};
using EmulatedCounts = EmulatedCount (*)();
inline constexpr const char* emulatedCountsSymbol = "emulated_cuda_counts";

/// From now on the device has so many bytes; at first a GiB.
using EmulatedRoom = void (*)(int64_t bytes);
inline constexpr const char* emulatedRoomSymbol = "emulated_cuda_room";
}
