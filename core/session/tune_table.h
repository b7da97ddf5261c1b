// SPDX-License-Identifier: Apache-2.0
// The file beside a project that keeps what its kernels took on a machine: `name.tune.json` beside
// `name.vitrine`, with a table for each batch that was measured. It holds for that machine and that
// version of the engine alone.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/exec/measured_ways.h"
#include "core/session/project.h"

namespace vitrine {

struct ModelOptions;

/// Where the table of a project's file is; empty for a project that has none.
std::string tuneFileOf(const std::string& projectFile);

/// What steps of that batch took, with the machine that it was measured on: this one. Takes the
/// place of the table of the same batch; those of others stay where they hold here. Errors: as
/// saveAtomically.
Result<void> saveTuning(const MeasuredWays& ways, int64_t batch, const std::string& projectFile);

/// What holds here for steps of that batch, or where that was not measured a table that names none;
/// null where there is neither. Where the file does not hold, null as well, and `whyNot` says why:
/// "U30" (another machine or version of the engine), "P01" (damaged) and what readFile says.
/// Threads: any.
std::shared_ptr<const MeasuredWays> measuredFor(const std::string& projectFile, int64_t batch,
                                                std::optional<Error>* whyNot = nullptr);
/// Why a file that is there does not hold.
std::optional<Error> whyNotMeasured(const std::string& projectFile);

/// Behind a numerics class: `/tuned-1a2b3c4d` where a training step or an evaluation has other
/// kernels than by estimates, named by these kernels; else nothing, and bits are the usual ones.
/// Errors: those of shapes and lowering.
Result<std::string> tunedMark(const Graph& graph, const ModelOptions& options);

}  // namespace vitrine
