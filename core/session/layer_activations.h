// SPDX-License-Identifier: Apache-2.0
// Given weights as statistics, and what each node makes of a batch with them: for looking at a run
// that is over and was not watched.
#pragma once

#include <string>
#include <vector>

#include "core/probe/histogram.h"
#include "core/session/project.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// The examples that are looked at: the first ones of the training set, at most so many.
inline constexpr int64_t mostActivationImages = 64;

/// One record of kind Activation for each node whose result an output needs, in running order;
/// `subject` is the node's position in the graph, `step` that of the weights. As in an evaluation:
/// dropout does nothing, batch normalisation takes its statistics. Nothing is fused. Any thread;
/// takes as long as a forward pass. Errors: those of shapes and lowering, those of
/// checkDataFit, "H02".
Result<std::vector<HistogramRecord>> layerActivations(const Project& project,
                                                      const Snapshot& states, const Dataset& data,
                                                      int threads);

/// One record of kind Weight for each of `parameters` that the states hold; `subject` is its
/// position. Any thread.
std::vector<HistogramRecord> weightStatistics(const Snapshot& states,
                                              const std::vector<std::string>& parameters);

}  // namespace vitrine
