// SPDX-License-Identifier: Apache-2.0
// Entries that go over the same images one after the other, such as a gradient, what a convolution
// makes of it for its weights, and what it makes of it for its images: run together, some images of
// the batch at a time, they find in the caches what the one before has read or made. What only they
// need is written over by the next slice: lines that are in the caches already are neither fetched
// to be written nor written back. Parts and their bits are the same, only their order is another.
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

    /// An operand or result of an entry of which each slice has its own share, and nobody but the
    /// run any: slices take turns in the first one's memory, which stays in the caches.
    struct Turn {
        int entry = 0;
        size_t place = 0;  ///< among its operands that are there, then its results
        /// By slice: bytes that all slices before it have of it.
        std::vector<int64_t> bytesBefore;
    };
    std::vector<Turn> turns;

    bool goesFirst(int entry) const { return end(entry, slices - 1) == 0; }
    int64_t end(int entry, int64_t slice) const {
        return ends[static_cast<size_t>((entry - first) * slices + slice)];
    }
};

/// Lets memory that entries of a run read or write live as long as the run, where that raises the
/// peak nowhere. `entries` are bound; before the plan is laid out.
void holdForSlices(StoragePlan& plan, const std::vector<TapeEntry>& entries);

/// Marks storages of which runs have one slice at a time. The tape is laid out.
void markSliced(Tape& tape);

/// The runs of a tape whose memory is held for them. Slices stay in the caches of so many threads.
std::vector<SlicedRun> slicedRuns(const Tape& tape, int threads);

}  // namespace vitrine
