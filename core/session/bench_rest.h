// SPDX-License-Identifier: Apache-2.0
// What a step costs beside its kernels: calling them, memory that has to be fetched, being watched.
#pragma once

#include <cstdint>

#include "core/session/bench_step.h"

namespace vitrine {

/// Seconds of an entry of a tape whose kernels add up one number each: calling it, and next to
/// nothing else. The least of `rounds` runs of a thousand entries. Throws TooFewThreads.
double dispatchSeconds(int threads, int rounds);

/// Page faults of the process, of either kind, while so many steps are computed: the fewest of five
/// rounds, for a system that takes pages away to see whether they are used adds some now and then,
/// and what steps themselves touch anew is in every round. A first step warms.
int64_t pageFaults(BenchStep& step, int64_t steps);

/// What all that views can ask for costs: histograms of gradients, weights and every node's result,
/// times of all entries. Of the processor's time that the calling thread takes: a busy machine
/// disturbs that less.
struct WatchingCost {
    double stepSeconds = 0;    ///< of one that nobody looks at
    double sampleSeconds = 0;  ///< more, for one that is looked at
    double stepsOfSample = 0;  ///< by SamplePace one of so many steps is looked at
    /// Of the time of training.
    double share() const { return sampleSeconds / (stepsOfSample * stepSeconds); }
};
/// Pairs of steps that are looked at and not, in turn: `pairs`, and more where steps are short.
WatchingCost watchingCost(BenchStep& step, int pairs);

}  // namespace vitrine
