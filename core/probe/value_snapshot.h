// SPDX-License-Identifier: Apache-2.0
// A question about one value of the tape of a run, and its answer.
#pragma once

#include <string>
#include <vector>

#include "core/ir/program.h"
#include "core/probe/histogram.h"
#include "core/tensor/layout.h"

namespace vitrine {

struct ValueQuery {
    ValueId value = noValue;
    int64_t image = 0;     ///< index on the first axis of a value of rank 3 or more
    int64_t channel = -1;  ///< index on the second axis of a value of rank 4; −1: all of them
    bool operator==(const ValueQuery&) const = default;
};

/// An immutable copy of what was asked for.
struct ValueSnapshot {
    static constexpr int64_t largestExtent = 1024;    ///< of `rows` and `columns`
    static constexpr int64_t largestCount = 1 << 20;  ///< of elements in `elements`

    ValueQuery query;
    int64_t step = 0;  ///< updates done before the step that it was taken in
    int entry = 0;     ///< the entry that runs next
    /// Taken with the states as `step` updates have left them, while no step was going on.
    bool isBetweenSteps = false;
    std::string name;
    TensorType type;
    /// False: at this entry the value is not in memory: not there yet, fused away, or its memory
    /// has been given to another; `reason` says which.
    bool isAlive = false;
    /// The value was not in memory and has been computed again for this answer: `reason` says how.
    bool isRecomputed = false;
    /// Are there statistics and elements?
    bool isShown() const { return isAlive || isRecomputed; }
    std::string reason;
    TensorStatistics statistics;  ///< over all elements
    LogHistogram histogram;       ///< over all elements
    /// `planes` pictures of rows × columns. Rank 4: H × W of an image, one plane for each channel
    /// asked for; rank 2: the matrix; rank 1: one row; rank 0: one number. Cut to the limits above.
    int64_t planes = 0, rows = 0, columns = 0;
    std::vector<float> elements;
};

}  // namespace vitrine
