// SPDX-License-Identifier: Apache-2.0
// The commands of vitrine-cli. Each adds its options to the program and gives an exit status, or
// the Error that ended it, when it is run.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "core/base/result.h"

namespace vitrine::cli {

enum ExitStatus { done = 0, failed = 1, wrongUsage = 2, interrupted = 130 };

/// Called when its command was given; the result is the program's exit status. An Error is told
/// once, where the program ends: see report.
using Action = std::function<Result<int>()>;

/// `done`, or the Error.
inline Result<int> statusOf(const Result<void>& finished) {
    if (!finished) return finished.error();
    return ExitStatus::done;
}

void addTrain(CLI::App& program, Action& action);
void addEval(CLI::App& program, Action& action);
void addPredict(CLI::App& program, Action& action);
void addInfer(CLI::App& program, Action& action);
void addGrad(CLI::App& program, Action& action);
void addHvp(CLI::App& program, Action& action);
void addTape(CLI::App& program, Action& action);
void addOps(CLI::App& program, Action& action);
void addCheck(CLI::App& program, Action& action);
void addNew(CLI::App& program, Action& action);
void addTemplates(CLI::App& program, Action& action);
void addData(CLI::App& program, Action& action);
void addWeights(CLI::App& program, Action& action);
void addDevices(CLI::App& program, Action& action);
void addImport(CLI::App& program, Action& action);
void addExport(CLI::App& program, Action& action);
void addExportCpp(CLI::App& program, Action& action);
void addExportRun(CLI::App& program, Action& action);
void addBench(CLI::App& program, Action& action);
void addTune(CLI::App& program, Action& action);

}  // namespace vitrine::cli
