// SPDX-License-Identifier: Apache-2.0
// One training step that is ready to run, entry by entry: a tape in memory of its own with random
// images.
#pragma once

#include <memory>

#include "core/device/arena.h"
#include "core/exec/executor.h"
#include "core/graph/graph.h"

namespace vitrine::test {

/// The program of a training step with plain gradient descent and no momentum.
Program trainingProgram(const Graph& graph, int64_t batch);
Program trainingProgram(const std::string& graphText, int64_t batch);

struct PreparedStep {
    std::unique_ptr<Tape> tape;
    Arena arena;
    std::unique_ptr<Executor> executor;
};

/// Memory that nobody has written holds NaN. Learning rate 1, so that a parameter's change is its
/// gradient. A function of its arguments.
PreparedStep prepareStep(const Program& program, const StateLayout& states,
                         const TapeOptions& options, uint64_t seed);

}  // namespace vitrine::test
