// SPDX-License-Identifier: Apache-2.0
// The commands of vitrine-cli. Each adds its options to the program and gives an exit status when
// it is run.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "core/base/result.h"

namespace vitrine::cli {

enum ExitStatus { done = 0, failed = 1, wrongUsage = 2, interrupted = 130 };

/// Called when its command was given; the result is the program's exit status.
using Action = std::function<int()>;

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

/// Prints an error as `CODE: sentence` with its further lines on standard error. Status 2 for
/// values that the user typed wrong (U and L codes), else 1.
int report(const Error& error);

}  // namespace vitrine::cli
