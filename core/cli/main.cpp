// SPDX-License-Identifier: Apache-2.0
// vitrine-cli: trains, measures and inspects projects without a window.
#include <cstdio>

#include "core/base/file.h"
#include "core/cli/commands.h"

namespace vitrine::cli {

int report(const Error& error) {
    std::fprintf(stderr, "%s\n", error.text().c_str());
    return error.code.starts_with('U') || error.code.starts_with('L') ? wrongUsage : failed;
}

namespace {

int usageError(const CLI::App& program, const CLI::ParseError& error) {
    const int status = error.get_exit_code();
    if (status == 0) return program.exit(error);  // --help and --version
    return report({"L01",
                   printable(error.what()),
                   {},
                   "Nothing was done.",
                   "vitrine-cli --help lists commands and options."});
}

}  // namespace

}  // namespace vitrine::cli

int main(int argc, char** argv) {
    using namespace vitrine::cli;
    CLI::App program(
        "Builds, trains and inspects convolutional networks. Results depend on project, seed and "
        "numerics class only, never on the number of threads.",
        "vitrine-cli");
    program.set_version_flag("--version", "vitrine 0.1.0");
    program.require_subcommand(1);
    Action action;
    addTrain(program, action);
    addEval(program, action);
    addTape(program, action);
    addCheck(program, action);
    addOps(program, action);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return usageError(program, error);
    }
    return action();
}
