// SPDX-License-Identifier: Apache-2.0
// vitrine-cli tape: what a step will run, and the memory it will run in.
#include <fmt/format.h>

#include "core/cli/commands.h"
#include "core/cli/run_options.h"
#include "core/cli/tape_text.h"
#include "core/cli/text.h"
#include "core/io/settings.h"

namespace vitrine::cli {

namespace {

struct TapeCommand {
    RunOptions run;
    std::optional<std::string> budget;
    bool evaluation = false, json = false;
};

Result<Tape> compile(const TapeCommand& options) {
    auto request = options.run.request();
    if (!request) return request.error();
    auto loaded = loadProject(request->project);
    if (!loaded) return loaded.error();
    auto project = projectWith(std::move(loaded).value(), *request);
    if (!project) return project.error();
    const ModelOptions model = modelOptions(*project, *request);
    const Mode mode = options.evaluation ? Mode::Evaluate : Mode::Train;
    auto program = buildProgram(project->graph, {mode, project->training.batch}, model);
    if (!program) return program.error();
    StateLayout states;
    states.add(*program);
    return compileTape(std::move(program).value(), states, model.tape);
}

Result<void> checkBudget(const Tape& tape, const std::optional<std::string>& text) {
    if (!text) return {};
    constexpr WholeSetting budgetSetting{"U09", "budget", 1, INT64_MAX,
                                         "bytes that the arena may take"};
    auto budget = settingFromText(budgetSetting, *text);
    if (!budget) return budget.error();
    if (tape.arenaBytes() <= *budget) return {};
    return Error{"U09",
                 fmt::format("the arena needs {}, the budget is {}",
                             bytesText(static_cast<double>(tape.arenaBytes())),
                             bytesText(static_cast<double>(*budget))),
                 {},
                 "Nothing was started.",
                 "Choose a smaller --batch."};
}

int showTape(const TapeCommand& options) {
    auto tape = compile(options);
    if (!tape) return report(tape.error());
    print(options.json ? tapeJson(*tape) : tapeTable(*tape));
    const Result<void> fits = checkBudget(*tape, options.budget);
    return fits ? int{done} : report(fits.error());
}

}  // namespace

void addTape(CLI::App& program, Action& action) {
    CLI::App* command =
        program.add_subcommand("tape", "Show the tape of a step and the plan of its memory");
    auto options = std::make_shared<TapeCommand>();
    options->run.addProject(*command);
    options->run.addMachine(*command);
    command->add_option("--budget", options->budget,
                        "Bytes that the arena may take; more is an error");
    command->add_flag("--eval", options->evaluation,
                      "The tape of an evaluation instead of a training step");
    command->add_flag("--json", options->json, "One JSON object an entry, a storage, and the plan");
    command->callback([options, &action] { action = [options] { return showTape(*options); }; });
}

}  // namespace vitrine::cli
