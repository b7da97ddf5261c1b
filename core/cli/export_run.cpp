// SPDX-License-Identifier: Apache-2.0
// vitrine-cli export-run: what a run has measured, for TensorBoard and for tables. A command of its
// own, for a run is no network: nothing is computed, and nothing but its log is read.
#include <memory>
#include <string>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/cli/commands.h"
#include "core/cli/export_text.h"
#include "core/cli/network_options.h"
#include "core/cli/text.h"
#include "core/session/export_run.h"

namespace vitrine::cli {

namespace {

struct RunCommand {
    std::string run, tensorboard, csv;
    bool overwrites = false, json = false;
};

Result<void> checkPlaces(const RunCommand& command) {
    if (command.tensorboard.empty() && command.csv.empty())
        return Error{"L01",
                     "nothing says what is to be written",
                     {},
                     "Nothing was written.",
                     "Name a folder with --tensorboard, or a file with --csv."};
    if (command.overwrites) return {};
    if (const std::string there = eventFileIn(command.tensorboard); !there.empty())
        return Error{"U10",
                     fmt::format("'{}' is there already, and TensorBoard draws all events of a "
                                 "folder as one run",
                                 printable(there)),
                     {},
                     "Nothing was written.",
                     "Name a folder of its own, or add to it with --overwrite."};
    const auto free = command.csv.empty() ? Result<void>() : checkFree(command.csv);
    if (free) return {};
    Error error = free.error();
    error.next = "Name another file, or write over it with --overwrite.";
    return error;
}

Result<void> exported(const RunCommand& command) {
    VITRINE_TRY(checkPlaces(command));
    const auto write = [&](const std::string& place, auto* exportTo) -> Result<void> {
        if (place.empty()) return {};
        const auto report = exportTo(command.run, place);
        if (!report) return report.error();
        print(command.json ? runJson(*report) : runText(*report));
        return {};
    };
    VITRINE_TRY(write(command.tensorboard, &exportRunEvents));
    return write(command.csv, &exportRunTable);
}

}  // namespace

void addExportRun(CLI::App& program, Action& action) {
    CLI::App& command = *program.add_subcommand(
        "export-run", "Write what a run has measured as TensorBoard's events, or as a table");
    auto options = std::make_shared<RunCommand>();
    command.add_option("RUN", options->run, "Folder of a run")->required();
    command.add_option("--tensorboard", options->tensorboard,
                       "A folder to make, which TensorBoard shows as one run");
    command.add_option("--csv", options->csv, "A table of a row for each step");
    command.add_flag("--overwrite", options->overwrites, "Write over files that are there already");
    command.add_flag("--json", options->json, "JSON objects on standard output, one a line");
    command.callback(
        [options, &action] { action = [options] { return statusOf(exported(*options)); }; });
}

}  // namespace vitrine::cli
