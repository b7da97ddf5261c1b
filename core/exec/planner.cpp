// SPDX-License-Identifier: Apache-2.0
// Greedy offset assignment in several orders; each block goes into the smallest gap that holds it.
#include "core/exec/planner.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace vitrine {

namespace {

constexpr int64_t alignment = 64;

int64_t aligned(int64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

bool overlapInTime(const MemoryBlock& a, const MemoryBlock& b) {
    return a.first <= b.last && b.first <= a.last;
}

/// Start of the smallest gap between `taken` (sorted by offset) that holds `bytes`, or the end of
/// all.
int64_t bestGap(const std::vector<const MemoryBlock*>& taken, int64_t bytes) {
    int64_t end = 0, best = -1, bestSize = 0;
    for (const MemoryBlock* block : taken) {
        const int64_t gap = block->offset - end;
        if (gap >= bytes && (best < 0 || gap < bestSize)) {
            best = end;
            bestSize = gap;
        }
        end = std::max(end, block->offset + aligned(block->bytes));
    }
    return best < 0 ? end : best;
}

int64_t placeInOrder(std::span<MemoryBlock> blocks, const std::vector<size_t>& order) {
    int64_t peak = 0;
    std::vector<const MemoryBlock*> placed, taken;
    for (size_t index : order) {
        MemoryBlock& block = blocks[index];
        taken.clear();
        for (const MemoryBlock* other : placed)
            if (overlapInTime(*other, block)) taken.push_back(other);
        std::sort(taken.begin(), taken.end(),
                  [](const auto* a, const auto* b) { return a->offset < b->offset; });
        block.offset = bestGap(taken, aligned(block.bytes));
        peak = std::max(peak, block.offset + aligned(block.bytes));
        placed.push_back(&block);
    }
    return peak;
}

MemoryExtent lowerBound(std::span<const MemoryBlock> blocks) {
    MemoryExtent extent;
    int last = 0;
    for (const MemoryBlock& block : blocks) last = std::max(last, block.last);
    std::vector<int64_t> change(static_cast<size_t>(last) + 2, 0);
    for (const MemoryBlock& block : blocks) {
        change[static_cast<size_t>(block.first)] += aligned(block.bytes);
        change[static_cast<size_t>(block.last) + 1] -= aligned(block.bytes);
    }
    int64_t alive = 0;
    for (size_t entry = 0; entry < change.size(); ++entry) {
        alive += change[entry];
        if (alive > extent.lowerBoundBytes) {
            extent.lowerBoundBytes = alive;
            extent.peakEntry = static_cast<int>(entry);
        }
    }
    return extent;
}

}  // namespace

MemoryExtent planMemory(std::span<MemoryBlock> blocks) {
    using Before = bool (*)(const MemoryBlock&, const MemoryBlock&);
    constexpr std::array<Before, 3> orders{
        [](const MemoryBlock& a, const MemoryBlock& b) { return a.bytes > b.bytes; },
        [](const MemoryBlock& a, const MemoryBlock& b) {
            return a.bytes * (a.last - a.first + 1) > b.bytes * (b.last - b.first + 1);
        },
        [](const MemoryBlock& a, const MemoryBlock& b) { return a.first < b.first; }};
    MemoryExtent extent = lowerBound(blocks);
    extent.peakBytes = -1;
    std::vector<int64_t> best(blocks.size());
    std::vector<size_t> order(blocks.size());
    for (Before before : orders) {
        std::iota(order.begin(), order.end(), size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](size_t a, size_t b) { return before(blocks[a], blocks[b]); });
        const int64_t peak = placeInOrder(blocks, order);
        if (extent.peakBytes >= 0 && peak >= extent.peakBytes) continue;
        extent.peakBytes = peak;
        for (size_t i = 0; i < blocks.size(); ++i) best[i] = blocks[i].offset;
    }
    for (size_t i = 0; i < blocks.size(); ++i) blocks[i].offset = best[i];
    extent.peakBytes = std::max<int64_t>(extent.peakBytes, 0);
    return extent;
}

MemoryExtent placeApart(std::span<MemoryBlock> blocks) {
    MemoryExtent extent = lowerBound(blocks);
    for (MemoryBlock& block : blocks) {
        block.offset = extent.peakBytes;
        extent.peakBytes += aligned(block.bytes);
    }
    return extent;
}

}  // namespace vitrine
