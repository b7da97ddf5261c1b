// SPDX-License-Identifier: Apache-2.0
// vitrine-cli: trains, measures and inspects projects without a window.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "core/base/file.h"
#include "core/base/guard.h"
#include "core/base/nearest_word.h"
#include "core/base/process.h"
#include "core/base/version.h"
#include "core/cli/commands.h"
#include "core/cli/report.h"

namespace vitrine::cli {

namespace {

Error wrongWords(std::string message) {
    return {"L01",
            std::move(message),
            {},
            "Nothing was done.",
            "vitrine-cli --help lists commands and options."};
}

/// The first word must be a command, or an option of the program itself.
Result<void> checkCommand(const CLI::App& program, std::string_view word) {
    std::vector<std::string_view> commands;
    for (const CLI::App* command : program.get_subcommands({}))
        commands.push_back(command->get_name());
    if (word.starts_with('-') ||
        std::find(commands.begin(), commands.end(), word) != commands.end())
        return {};
    return wrongWords(
        fmt::format("'{}' is no command{}", printable(word, 60), didYouMean(word, commands)));
}

/// The first word that nobody took, with the option that was probably meant.
std::string unexpected(const CLI::App& command) {
    const std::vector<std::string> rest = command.remaining(true);
    const auto option = std::find_if(rest.begin(), rest.end(),
                                     [](const std::string& word) { return word.starts_with('-'); });
    const std::string& word = option == rest.end() ? rest.front() : *option;
    std::vector<std::string> names;
    for (const CLI::Option* known : command.get_options({})) names.push_back(known->get_name());
    const std::vector<std::string_view> known(names.begin(), names.end());
    return fmt::format("'{}' was not expected by {}{}", printable(word, 60), command.get_name(),
                       didYouMean(word, known));
}

Error usageError(const CLI::App& program, const CLI::ParseError& error) {
    const std::vector<CLI::App*> commands = program.get_subcommands();
    const CLI::App& command = commands.empty() ? program : *commands.front();
    if (dynamic_cast<const CLI::ExtrasError*>(&error)) return wrongWords(unexpected(command));
    return wrongWords(fmt::format("{}: {}", command.get_name(), printable(error.what())));
}

/// Programs may have typed the rest wrong.
bool asksForEvents(int count, char** words) {
    return std::find(words, words + count, std::string_view("--json")) != words + count;
}

/// Of a pipe that standard output goes into.
bool hasReaderLeft() {
    pollfd out{STDOUT_FILENO, POLLOUT, 0};
    return poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
}

}  // namespace

}  // namespace vitrine::cli

int main(int argc, char** argv) {
    using namespace vitrine::cli;
    vitrine::openStandardDescriptors();
    vitrine::ignoreWriteSignals();
    CLI::App program(
        "Builds, trains and inspects convolutional networks. Results depend on project, seed and "
        "numerics class only, never on the number of threads.",
        "vitrine-cli");
    program.set_version_flag("--version", fmt::format("vitrine {}", vitrine::programVersion()));
    program.require_subcommand(1);
    Action action;
    addTrain(program, action);
    addEval(program, action);
    addPredict(program, action);
    addInfer(program, action);
    addGrad(program, action);
    addHvp(program, action);
    addTape(program, action);
    addCheck(program, action);
    addOps(program, action);
    addNew(program, action);
    addTemplates(program, action);
    addData(program, action);
    addWeights(program, action);
    addDevices(program, action);
    addImport(program, action);
    addExport(program, action);
    addExportCpp(program, action);
    addExportRun(program, action);
    addBench(program, action);
    addTune(program, action);
    const bool asEvents = asksForEvents(argc, argv);
    if (argc > 1)
        if (const vitrine::Result<void> known = checkCommand(program, argv[1]); !known)
            return report(known.error(), asEvents);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return program.exit(error);  // --help and --version
        return report(usageError(program, error), asEvents);
    }
    const auto status = vitrine::guarded("this", [&] { return action(); });
    if (!status) return report(status.error(), asEvents);
    // A reader that went away wanted no more; a full disk must not look like a result.
    const bool isWritten = std::fflush(stdout) == 0 && !std::ferror(stdout);
    if (*status == 0 && !isWritten && !hasReaderLeft())
        return report({"C09",
                       "standard output cannot be written",
                       {},
                       "Its end is missing.",
                       "Free some space, or write somewhere else."},
                      false);
    return *status;
}
