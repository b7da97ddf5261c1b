// SPDX-License-Identifier: Apache-2.0
// Greedy offset assignment in several orders; each block goes into the smallest gap that holds it.
// Over time that is an allocator with a list of holes, n log n; by size it is closer to the bound.
#include "core/exec/planner.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <set>

namespace vitrine {

namespace {

constexpr int64_t alignment = 64;
/// Orders other than time compare every two blocks: beyond so many that would be most of compiling.
constexpr size_t mostForAnyOrder = 8192;

int64_t aligned(int64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

/// Placement over time, as an allocator would do it: each block takes the smallest hole that is
/// free when its life begins, and gives it back after its last entry. Whatever is placed later
/// begins later, so what is alive at its first entry is all that it can meet.
class Holes {
  public:
    /// Lowest address of the smallest hole that holds `bytes`; the end grows where there is none.
    int64_t take(int64_t bytes) {
        if (bytes == 0) return 0;
        const auto fits = m_bySize.lower_bound({bytes, 0});
        if (fits == m_bySize.end()) {
            const int64_t at = m_end;
            m_end += bytes;
            m_highest = std::max(m_highest, m_end);
            return at;
        }
        const auto [size, at] = *fits;
        remove(m_byOffset.find(at));
        if (size > bytes) add(at + bytes, size - bytes);
        return at;
    }

    void giveBack(int64_t at, int64_t bytes) {
        if (bytes == 0) return;
        auto next = m_byOffset.lower_bound(at);
        if (next != m_byOffset.begin()) {
            const auto before = std::prev(next);
            if (before->first + before->second == at) {
                at = before->first;
                bytes += before->second;
                remove(before);
            }
        }
        if (next != m_byOffset.end() && at + bytes == next->first) {
            bytes += next->second;
            remove(next);
        }
        if (at + bytes == m_end)
            m_end = at;
        else
            add(at, bytes);
    }

    int64_t highest() const { return m_highest; }

  private:
    using ByOffset = std::map<int64_t, int64_t>;

    void add(int64_t at, int64_t bytes) {
        m_byOffset[at] = bytes;
        m_bySize.insert({bytes, at});
    }
    void remove(ByOffset::iterator hole) {
        m_bySize.erase({hole->second, hole->first});
        m_byOffset.erase(hole);
    }

    ByOffset m_byOffset;
    std::set<std::pair<int64_t, int64_t>> m_bySize;
    int64_t m_end = 0, m_highest = 0;  ///< above the end nothing is taken
};

using Order = std::vector<size_t>;

Order orderedBy(std::span<const MemoryBlock> blocks, auto key) {
    Order order(blocks.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return key(blocks[a]) < key(blocks[b]); });
    return order;
}

int64_t placeOverTime(std::span<MemoryBlock> blocks) {
    const Order starts = orderedBy(blocks, [](const MemoryBlock& b) { return b.first; });
    const Order ends = orderedBy(blocks, [](const MemoryBlock& b) { return b.last; });
    Holes holes;
    auto ended = ends.begin();
    for (size_t index : starts) {
        MemoryBlock& block = blocks[index];
        for (; blocks[*ended].last < block.first; ++ended)
            holes.giveBack(blocks[*ended].offset, aligned(blocks[*ended].bytes));
        block.offset = holes.take(aligned(block.bytes));
    }
    return holes.highest();
}

/// The same from the last entry to the first.
int64_t placeBackwards(std::span<MemoryBlock> blocks) {
    const auto turn = [&] {
        for (MemoryBlock& block : blocks) {
            std::swap(block.first, block.last);
            block.first = -block.first;
            block.last = -block.last;
        }
    };
    turn();
    const int64_t peak = placeOverTime(blocks);
    turn();
    return peak;
}

/// Placement in any order: each block into the smallest gap that it finds between all that are
/// placed and alive with it. `placed` stays sorted by offset. Stops once the peak is not below
/// `limit`.
int64_t placeInOrder(std::span<MemoryBlock> blocks, const Order& order, int64_t limit) {
    struct Placed {
        int64_t offset, end;
        int first, last;
    };
    int64_t peak = 0;
    std::vector<Placed> placed;
    placed.reserve(order.size());
    for (size_t index : order) {
        MemoryBlock& block = blocks[index];
        const int64_t bytes = aligned(block.bytes);
        int64_t end = 0, best = -1, bestSize = 0;
        for (const Placed& other : placed) {
            if (other.first > block.last || block.first > other.last) continue;
            const int64_t gap = other.offset - end;
            if (gap >= bytes && (best < 0 || gap < bestSize)) {
                best = end;
                bestSize = gap;
                if (gap == bytes) break;
            }
            end = std::max(end, other.end);
        }
        block.offset = best < 0 ? end : best;
        peak = std::max(peak, block.offset + bytes);
        if (peak >= limit) return peak;
        const auto at = std::upper_bound(
            placed.begin(), placed.end(), block.offset,
            [](int64_t offset, const Placed& other) { return offset < other.offset; });
        placed.insert(at, {block.offset, block.offset + bytes, block.first, block.last});
    }
    return peak;
}

/// One block after the other of an order, those that count first; the rest finds room between them.
struct Ranked {
    Order large, small;
    Order all() const {
        Order order = large;
        order.insert(order.end(), small.begin(), small.end());
        return order;
    }
};

Ranked rankedBy(std::span<const MemoryBlock> blocks, int64_t bound, auto key) {
    constexpr int64_t smallShare = 400;
    Ranked ranked;
    for (size_t index : orderedBy(blocks, key))
        (blocks[index].bytes * smallShare >= bound ? ranked.large : ranked.small).push_back(index);
    std::ranges::stable_sort(ranked.small, std::greater<>(),
                             [&](size_t index) { return blocks[index].bytes; });
    return ranked;
}

/// Again and again with the block that reached the peak in half the place of before. Calls
/// found(peak) for each placement that may be the best, until that says that it is enough. A large
/// plan has few tries: each compares every two blocks.
void promotePeaks(std::span<MemoryBlock> blocks, Ranked ranked, auto found) {
    constexpr size_t mostComparisons = 5'000'000, mostTries = 400;
    constexpr int64_t anything = std::numeric_limits<int64_t>::max();
    Order& order = ranked.large;
    const size_t tries = std::min(mostTries, mostComparisons / (order.size() * order.size() + 1));
    int64_t best = anything;
    for (size_t i = 0; i < tries; ++i) {
        const int64_t peak = placeInOrder(blocks, order, anything);
        const auto highest = std::ranges::find_if(order, [&](size_t index) {
            return blocks[index].offset + aligned(blocks[index].bytes) == peak;
        });
        if (peak < best) {
            best = peak;
            if (found(placeInOrder(blocks, ranked.all(), anything))) return;
        }
        std::rotate(order.begin() + (highest - order.begin()) / 2, highest, std::next(highest));
    }
}

MemoryExtent lowerBound(std::span<const MemoryBlock> blocks) {
    MemoryExtent extent;
    const std::vector<int64_t> alive = aliveBytes(blocks);
    const auto most = std::ranges::max_element(alive);
    if (most == alive.end()) return extent;
    extent.lowerBoundBytes = *most;
    extent.peakEntry = static_cast<int>(most - alive.begin());
    return extent;
}

}  // namespace

std::vector<int64_t> aliveBytes(std::span<const MemoryBlock> blocks) {
    std::vector<int64_t> alive;
    for (const MemoryBlock& block : blocks) {
        const size_t end = static_cast<size_t>(block.last) + 2;
        if (alive.size() < end) alive.resize(end);
        alive[static_cast<size_t>(block.first)] += aligned(block.bytes);
        alive[end - 1] -= aligned(block.bytes);
    }
    std::partial_sum(alive.begin(), alive.end(), alive.begin());
    return alive;
}

MemoryExtent planMemory(std::span<MemoryBlock> blocks) {
    MemoryExtent extent = lowerBound(blocks);
    extent.peakBytes = std::numeric_limits<int64_t>::max();
    std::vector<int64_t> best(blocks.size());
    const auto attempt = [&](auto place) {
        if (extent.peakBytes == extent.lowerBoundBytes) return;
        const int64_t peak = place();
        if (peak >= extent.peakBytes) return;
        extent.peakBytes = peak;
        for (size_t i = 0; i < blocks.size(); ++i) best[i] = blocks[i].offset;
    };
    const auto largestFirst = [](const MemoryBlock& b) { return -b.bytes; };
    const auto largestAreaFirst = [](const MemoryBlock& b) {
        return -b.bytes * (b.last - b.first + 1);
    };
    const auto longestFirst = [](const MemoryBlock& b) { return b.first - b.last; };
    const bool few = blocks.size() <= mostForAnyOrder;
    const auto inOrder = [&](auto key) {
        if (few)
            attempt([&] { return placeInOrder(blocks, orderedBy(blocks, key), extent.peakBytes); });
    };
    inOrder(largestFirst);
    attempt([&] { return placeOverTime(blocks); });
    attempt([&] { return placeBackwards(blocks); });
    inOrder(largestAreaFirst);
    const auto promote = [&](auto key) {
        if (!few || extent.peakBytes == extent.lowerBoundBytes) return;
        promotePeaks(blocks, rankedBy(blocks, extent.lowerBoundBytes, key), [&](int64_t peak) {
            attempt([&] { return peak; });
            return extent.peakBytes == extent.lowerBoundBytes;
        });
    };
    promote(longestFirst);
    promote(largestAreaFirst);
    promote(largestFirst);
    // Most plans are within a hundredth of the bound by now.
    if (extent.peakBytes > extent.lowerBoundBytes + extent.lowerBoundBytes / 50) {
        promote([](const MemoryBlock& b) { return b.first; });
        promote([](const MemoryBlock& b) { return -b.last; });
    }
    for (size_t i = 0; i < blocks.size(); ++i) blocks[i].offset = best[i];
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
