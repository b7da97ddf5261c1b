// SPDX-License-Identifier: Apache-2.0
// Entries that go over the same images one after the other, such as a gradient, what a convolution
// makes of it for its weights, and what it makes of it for its images: run together, some images of
// the batch at a time, they find in the caches what the one before has read or made. Parts and
// their bits are the same, only their order is another.
#pragma once

#include <cstdint>
#include <vector>

#include "core/exec/storage_plan.h"
#include "core/exec/tape.h"

namespace vitrine {

/// Small entries that need nothing of the others go first, as a whole; then phase 0 of all others
/// slice by slice; then their other phases, entry by entry.
struct SlicedRun {
    int first = 0, last = 0;  ///< entries [first, last)
    int64_t slices = 0;
    /// By entry, then by slice: parts of phase 0 that come before the slice's end.
    std::vector<int64_t> ends;

    bool goesFirst(int entry) const { return end(entry, slices - 1) == 0; }
    int64_t end(int entry, int64_t slice) const {
        return ends[static_cast<size_t>((entry - first) * slices + slice)];
    }
};

/// Lets memory that entries of a run read or write live as long as the run, where that raises the
/// peak nowhere. `entries` are bound; before the plan is laid out.
void holdForSlices(StoragePlan& plan, const std::vector<TapeEntry>& entries);

/// The runs of a tape whose memory is held for them. Slices stay in the caches of so many threads.
std::vector<SlicedRun> slicedRuns(const Tape& tape, int threads);

}  // namespace vitrine
