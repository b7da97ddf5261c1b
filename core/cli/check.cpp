// SPDX-License-Identifier: Apache-2.0
// vitrine-cli check: shapes, set-up, gradients against finite differences, memory plan.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/cli/commands.h"
#include "core/cli/run_options.h"
#include "core/cli/text.h"
#include "core/cli/tune_remark.h"
#include "core/data/dataset.h"
#include "core/exec/recompute.h"
#include "core/exec/tape_places.h"
#include "core/graph/live_shapes.h"
#include "core/graph/trained_part.h"
#include "core/io/model_marks.h"
#include "core/io/project_data.h"
#include "core/session/setup_check.h"
#include "core/session/weights_project.h"
#include "core/train/gradient_check.h"

namespace vitrine::cli {

namespace {

/// Every node with what comes out of it, N for the batch. Errors: the first node whose shapes do
/// not fit, strays apart.
Result<void> showShapes(const Project& project) {
    LiveShapes live;
    live.reset(project.graph);
    const ShapeReport& shapes = live.report();
    Table table({{"node"}, {"operator"}, {"result"}, {"parameters", true}});
    for (size_t i = 0; i < shapes.nodes.size(); ++i) {
        const Node& node = project.graph.nodes()[i];
        std::string results;
        int64_t parameters = 0;
        for (size_t k = 0; k < shapes.nodes[i].outputs.size(); ++k)
            results +=
                (results.empty() ? "" : " ") + batchShapeText(shapes.nodes[i], k, shapes.batch);
        for (const NodeParameter& parameter : shapes.nodes[i].parameters)
            if (parameter.isTrained()) parameters += parameter.type.shape.elements();
        table.add({node.id, std::string(node.op->id), shapes.nodes[i].isKnown ? results : "?",
                   parameters > 0 ? fmt::format("{}", fmt::group_digits(parameters)) : ""});
    }
    print(table.text());
    const TrainedPart part(project.graph, {.batch = project.training.batch});
    if (!part.shapes().ok()) return part.shapes().errors.front();
    return {};
}

/// A few images do, unless fields of the network name the batch.
int64_t batchForGradients(const Project& project, int64_t few) {
    const TrainedPart part(project.graph, {.batch = few});
    return part.shapes().ok() ? few : project.training.batch;
}

/// What is known of the data, and what had to be said of them.
struct FoundFacts {
    DataFacts facts;
    std::optional<Error> warning = {};
};

Error noFormat(const std::string& format) {
    return {
        "P05",
        fmt::format("the data were not looked at: there is no format '{}'", printable(format, 60)),
        {},
        "The network was checked without them.",
        "Choose data that this program reads before training."};
}

/// Data that are drawn are not made for this. A folder that the project names may be elsewhere now;
/// one that was asked for must be there.
Result<FoundFacts> factsOf(const Project& project, const RunRequest& request) {
    const DataFormatDescriptor* format = findDataFormat(project.data.format);
    const bool isNamed = !request.data.empty() || !project.data.folder.empty();
    if (!isNamed || (format && !format->needsFolder)) {
        FoundFacts found{factsOf(project.data)};
        if (!format && !project.data.format.empty()) found.warning = noFormat(project.data.format);
        return found;
    }
    auto data = openProjectData(project, {.folder = request.data, .threads = request.threads});
    if (data) return FoundFacts{factsOf(*data)};
    if (!request.data.empty()) return data.error();
    return FoundFacts{DataFacts(), data.error()};
}

/// An operator may cut the batch itself, so that it fits a whole one and not an epoch's last.
/// Errors: the first node whose shapes do not fit then.
Result<void> checkLastBatches(const Project& project, const DataFacts& facts) {
    for (const int64_t images : {facts.trainCount, facts.testCount}) {
        const int64_t rest = images > 0 ? images % project.training.batch : 0;
        if (rest == 0) continue;
        const TrainedPart part(project.graph, {.batch = rest});
        if (!part.shapes().ok()) return part.shapes().errors.front();
    }
    return {};
}

/// How many warnings there are. Errors: what training would be refused for.
Result<size_t> showSetup(const Project& project, const RunRequest& request) {
    const auto facts = factsOf(project, request);
    if (!facts) return facts.error();
    if (facts->warning) showWarning(*facts->warning);
    const std::vector<SetupFinding> findings = checkSetup(project, facts->facts);
    for (const SetupFinding& finding : findings)
        if (!finding.isFatal) showWarning(finding.error);
    for (const SetupFinding& finding : findings)
        if (finding.isFatal) return finding.error;
    VITRINE_TRY(checkLastBatches(project, facts->facts));
    return findings.size() + (facts->warning ? 1 : 0);
}

Result<bool> showGradients(const Project& project) {
    GradientCheckOptions options;
    options.seed = static_cast<uint64_t>(project.training.seed);
    options.batch = batchForGradients(project, options.batch);
    if (isatty(STDERR_FILENO))
        options.progress = [](double share) {
            std::fputs(fmt::format("\r\033[Kchecking gradients {:.0f} %", 100 * share).c_str(),
                       stderr);
        };
    auto check = checkGradients(project.graph, options);
    if (options.progress) std::fputs("\r\033[K", stderr);
    if (!check) return check.error();
    if (!std::isfinite(check->loss))
        return Error{"H01",
                     fmt::format("the loss is {} on random images, so that there are no gradients "
                                 "to compare",
                                 std::isnan(check->loss) ? "no number" : "infinite"),
                     {},
                     "Nothing was changed.",
                     "Open the project, choose NaN in loss as a stop, and step to the operator "
                     "that makes it."};
    Table table({{"parameter"}, {"shape"}, {"gradient", true}, {"differences", true}, {"", false}});
    for (const GradientCheckRow& row : check->rows)
        table.add({row.parameter, row.shape.text(), fmt::format("{:.9g}", row.automatic),
                   fmt::format("{:.9g}", row.numeric), row.agrees ? "agrees" : "DIFFERS"});
    print(
        fmt::format("\nGradients along a random direction, float64, batch of {}, loss {:.6f}:\n{}",
                    options.batch, check->loss, table.text()));
    return check->agrees();
}

/// What the backward phase makes again, beside a step that keeps everything.
std::string recomputeRow(const Tape& tape, const Tape& kept, const Graph& graph) {
    std::string text;
    const std::vector<std::string> nodes = recomputedNodes(tape);
    if (!nodes.empty()) {
        const auto ms = [](double seconds) { return seconds * 1e3; };
        const double more = tape.recomputeSeconds() / (tape.seconds() - tape.recomputeSeconds());
        text += fmt::format(
            "Made again in the backward phase: {}\n  {}; arena {} instead of {}, about {:.3g} ms "
            "on one core instead of {:.3g} (+{:.1f} %)\n",
            fmt::join(nodes, ", "),
            countOf(static_cast<size_t>(tape.recomputed()), "value", "values"),
            bytesText(static_cast<double>(tape.arenaBytes())),
            bytesText(static_cast<double>(kept.arenaBytes())), ms(tape.seconds()),
            ms(tape.seconds() - tape.recomputeSeconds()), 100 * more);
    }
    std::vector<std::string> idle;
    for (const std::string& node : graph.madeAgain())
        if (std::ranges::find(nodes, node) == nodes.end()) idle.push_back(node);
    if (!idle.empty())
        text += fmt::format("To be made again, though nothing of it is kept that could be: {}\n",
                            fmt::join(idle, ", "));
    return text;
}

Result<void> showPlan(const Project& project, const RunRequest& request) {
    sayWhyNotMeasured(project.file);
    const ModelOptions options = modelOptions(project, request);
    auto program = buildProgram(project.graph, {Mode::Train, project.training.batch}, options);
    if (!program) return program.error();
    StateLayout states;
    states.add(*program);
    int64_t parameters = 0, frozen = 0;
    for (const StateLayout::Item& item : states.items()) {
        if (item.kind == StateKind::Parameter) parameters += item.shape.elements();
        if (item.kind == StateKind::Frozen) frozen += item.shape.elements();
    }
    TapeOptions keeping = options.tape;
    keeping.recompute = Recompute::None;
    keeping.madeAgain.clear();
    const Tape kept = compileTape(*program, states, keeping);
    const Tape tape = compileTape(std::move(program).value(), states, options.tape);
    print(fmt::format(
        "\n{} parameters{}; a step of {} is {} in an arena of {} (least possible "
        "{})\n",
        countText(static_cast<double>(parameters)),
        frozen == 0 ? ""
                    : fmt::format(" and {} frozen ones", countText(static_cast<double>(frozen))),
        countOf(tape.batch, "image"), countOf(tape.entries.size(), "entry", "entries"),
        bytesText(static_cast<double>(tape.arenaBytes())),
        bytesText(static_cast<double>(tape.stateBytes + tape.extent.lowerBoundBytes))));
    print(recomputeRow(tape, kept, project.graph));
    return checkBudget(tape, options.tape);
}

/// How many models have other numbers now.
size_t showReplaced(const Project& project) {
    const std::vector<Error> replaced = replacedModels(project);
    for (const Error& model : replaced) showWarning(model);
    return replaced.size();
}

Result<int> check(const RunOptions& options) {
    auto request = options.request();
    if (!request) return request.error();
    auto loaded = loadProject(request->project);
    if (!loaded) return loaded.error();
    auto project = projectWith(std::move(loaded).value(), *request);
    if (!project) return project.error();
    if (!request->weights.empty())
        if (const auto taken = startFromWeights(*project, request->weights, request->weightWishes);
            !taken)
            return taken.error();
    VITRINE_TRY(showShapes(*project));
    const Result<size_t> warnings = showSetup(*project, *request);
    if (!warnings) return warnings.error();
    const size_t replaced = request->weights.empty() ? showReplaced(*project) : 0;
    const Result<bool> gradients = showGradients(*project);
    if (!gradients) return gradients.error();
    VITRINE_TRY(showPlan(*project, *request));
    if (*gradients) {
        if (const size_t all = *warnings + replaced; all > 0)
            print(fmt::format("Gradients agree; {} warning{} above.\n", all,
                              all == 1 ? " stands" : "s stand"));
        else
            print("Everything agrees.\n");
        return done;
    }
    return Error{"check",
                 "a gradient differs from finite differences",
                 {},
                 {},
                 "The table above names the parameter."};
}

}  // namespace

void addCheck(CLI::App& program, Action& action) {
    CLI::App* command = program.add_subcommand(
        "check", "Check a project: shapes, set-up, gradients against differences, memory plan");
    auto options = std::make_shared<RunOptions>();
    options->addProject(*command);
    options->addWeights(*command);
    options->addData(*command);
    options->addMachine(*command);
    options->addMemory(*command);
    command->callback([options, &action] { action = [options] { return check(*options); }; });
}

}  // namespace vitrine::cli
