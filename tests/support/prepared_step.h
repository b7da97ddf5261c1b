// SPDX-License-Identifier: Apache-2.0
// One training step that is ready to run, entry by entry: a tape in memory of its own with random
// images.
#pragma once

#include <memory>

#include "core/device/host_memory.h"
#include "core/exec/host_executor.h"
#include "core/graph/graph.h"

namespace vitrine::test {

/// The program of a training step with plain gradient descent and no momentum.
Program trainingProgram(const Graph& graph, int64_t batch);
Program trainingProgram(const std::string& graphText, int64_t batch);

struct PreparedStep {
    std::unique_ptr<Tape> tape;
    std::unique_ptr<Team> team;
    std::unique_ptr<HostMemory> memory;
    std::unique_ptr<Executor> executor;
};

/// Memory that nobody has written holds NaN. Learning rate 1, so that a parameter's change is its
/// gradient. A function of its arguments but the last.
PreparedStep prepareStep(const Program& program, const StateLayout& states,
                         const TapeOptions& options, uint64_t seed, int threads = 1);

/// Where a value lies that the host runs.
std::byte* storageOf(Executor& executor, ValueId value);

}  // namespace vitrine::test
