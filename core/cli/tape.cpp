// SPDX-License-Identifier: Apache-2.0
// vitrine-cli tape: what a step will run, and the memory it will run in.
#include <fmt/format.h>

#include "core/cli/commands.h"
#include "core/cli/run_options.h"
#include "core/cli/tape_text.h"
#include "core/cli/text.h"
#include "core/cli/tune_remark.h"
#include "core/exec/recompute.h"
#include "core/io/settings.h"

namespace vitrine::cli {

namespace {

struct TapeCommand {
    RunOptions run;
    bool evaluation = false, json = false;
};

struct Planned {
    Tape tape;
    Result<void> fits;  ///< the budget, where there is one
};

Result<Planned> compile(const TapeCommand& options) {
    auto request = options.run.request();
    if (!request) return request.error();
    auto loaded = loadProject(request->project);
    if (!loaded) return loaded.error();
    auto project = projectWith(std::move(loaded).value(), *request);
    if (!project) return project.error();
    sayWhyNotMeasured(project->file);
    const ModelOptions model = modelOptions(*project, *request);
    const Mode mode = options.evaluation ? Mode::Evaluate : Mode::Train;
    auto program = buildProgram(project->graph, {mode, project->training.batch}, model);
    if (!program) return program.error();
    StateLayout states;
    states.add(*program);
    Tape tape = compileTape(std::move(program).value(), states, model.tape);
    Result<void> fits = checkBudget(tape, model.tape);
    return Planned{std::move(tape), std::move(fits)};
}

Result<int> showTape(const TapeCommand& options) {
    auto planned = compile(options);
    if (!planned) return planned.error();
    print(options.json ? tapeJson(planned->tape) : tapeTable(planned->tape));
    return statusOf(planned->fits);
}

}  // namespace

void addTape(CLI::App& program, Action& action) {
    CLI::App* command =
        program.add_subcommand("tape", "Show the tape of a step and the plan of its memory");
    auto options = std::make_shared<TapeCommand>();
    options->run.addProject(*command);
    options->run.addMachine(*command);
    options->run.addMemory(*command);
    command->add_flag("--eval", options->evaluation,
                      "The tape of an evaluation instead of a training step");
    command->add_flag("--json", options->json, "One JSON object an entry, a storage, and the plan");
    command->callback([options, &action] { action = [options] { return showTape(*options); }; });
}

}  // namespace vitrine::cli
