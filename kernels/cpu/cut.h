// SPDX-License-Identifier: Apache-2.0
// How kernels cut their work into parts: from sizes alone, never from the number of threads.
#pragma once

#include <algorithm>
#include <cstdint>

namespace vitrine::kernels {

/// `items` in order, in `parts` runs of about equal length.
struct Cut {
    int64_t items = 0;
    int64_t parts = 1;

    constexpr int64_t begin(int64_t part) const { return items * part / parts; }
    constexpr int64_t end(int64_t part) const { return begin(part + 1); }
};

/// As many parts as leave each at least `grain` units of work, and no more than items.
constexpr Cut cut(int64_t items, int64_t workPerItem, int64_t grain) {
    const int64_t wanted = items * workPerItem / grain;
    return {items, std::clamp<int64_t>(wanted, 1, std::max<int64_t>(items, 1))};
}

}  // namespace vitrine::kernels
