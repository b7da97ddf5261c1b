// SPDX-License-Identifier: Apache-2.0
// What every function that draws an example from its index promises, checked once for all of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "core/base/sha256.h"
#include "tests/support/allocation_counter.h"

namespace vitrine::test {

using Bytes = std::vector<uint8_t>;

/// Draws example `index` into `bytes`: all of it, one part after another.
using DrawExample = std::function<void(uint64_t index, std::span<uint8_t> bytes)>;

/// Examples 0 to count − 1, one after another.
inline Bytes drawExamples(const DrawExample& draw, size_t bytesEach, uint64_t count) {
    Bytes all(bytesEach * count);
    for (uint64_t i = 0; i < count; ++i)
        draw(i, std::span(all).subspan(static_cast<size_t>(i) * bytesEach, bytesEach));
    return all;
}

/// Whether examples come out the same in their order and backwards on four threads at once.
inline bool dependsOnTheIndexAlone(const DrawExample& draw, size_t bytesEach, uint64_t count) {
    const Bytes inOrder = drawExamples(draw, bytesEach, count);
    std::vector<Bytes> found(4, Bytes(inOrder.size()));
    std::vector<std::thread> threads;
    for (Bytes& bytes : found)
        threads.emplace_back([&] {
            for (uint64_t i = count; i-- > 0;)
                draw(i, std::span(bytes).subspan(static_cast<size_t>(i) * bytesEach, bytesEach));
        });
    for (std::thread& thread : threads) thread.join();
    return std::ranges::all_of(found, [&](const Bytes& bytes) { return bytes == inOrder; });
}

/// Allocations for examples 1 to count − 1, after example 0.
inline int64_t allocationsOfDrawing(const DrawExample& draw, size_t bytesEach, uint64_t count) {
    Bytes bytes(bytesEach);
    draw(0, bytes);
    const int64_t before = countedAllocations();
    armAllocationCounter();
    for (uint64_t i = 1; i < count; ++i) draw(i, bytes);
    disarmAllocationCounter();
    return countedAllocations() - before;
}

/// The first 16 digits of the SHA-256 of examples 0 to count − 1.
inline std::string checksumOfExamples(const DrawExample& draw, size_t bytesEach, uint64_t count) {
    const Bytes all = drawExamples(draw, bytesEach, count);
    return sha256Hex(std::as_bytes(std::span(all))).substr(0, 16);
}

}  // namespace vitrine::test
