// SPDX-License-Identifier: Apache-2.0
// Offsets for blocks of memory that live over intervals of the tape: best fit over (address ×
// time).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vitrine {

/// Memory that must exist from entry `first` to entry `last`, both inclusive.
struct MemoryBlock {
    int64_t bytes = 0;
    int first = 0, last = 0;
    int64_t offset = 0;  ///< what the planner finds; a multiple of 64
};

struct MemoryExtent {
    int64_t peakBytes = 0;        ///< address space that the plan takes
    int64_t lowerBoundBytes = 0;  ///< most bytes alive at one entry: no plan can take less
    int peakEntry = 0;            ///< where that is
};

/// Bytes of the blocks that are alive at each entry, places between blocks included.
std::vector<int64_t> aliveBytes(std::span<const MemoryBlock> blocks);
/// Fills the offsets so that blocks alive together never overlap. Tries several placement orders
/// and keeps the smallest.
MemoryExtent planMemory(std::span<MemoryBlock> blocks);
/// Every block its own memory: what a planned run is compared with.
MemoryExtent placeApart(std::span<MemoryBlock> blocks);

}  // namespace vitrine
