// SPDX-License-Identifier: Apache-2.0
// vitrine-cli predict: what a network gives for one test example, and what every entry makes on the
// way.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "core/cli/commands.h"
#include "core/cli/predict_text.h"
#include "core/cli/run_options.h"
#include "core/cli/text.h"
#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"
#include "core/graph/trained_part.h"
#include "core/io/project_data.h"
#include "core/io/settings.h"
#include "core/session/data_check.h"
#include "core/session/stepped_prediction.h"

namespace vitrine::cli {

namespace {

constexpr WholeSetting exampleSetting{"U22", "example", 0, INT64_MAX,
                                      "test examples are counted from 0"};

struct PredictCommand {
    RunOptions run;
    std::optional<std::string> example;
    bool steps = false, json = false;
};

/// Everything that stepping needs, and what came of it.
struct Prediction {
    Dataset data;
    std::unique_ptr<SteppedPrediction> network;
    int64_t example = 0;
    std::vector<EntryResult> results;  ///< of each entry, where they are wanted
    DebugStop firstBad;                ///< the first number that is not finite
};

Result<int64_t> exampleIn(const Dataset& data, const std::optional<std::string>& text) {
    if (data.test.count == 0)
        return Error{"M01",
                     "the data have no test examples",
                     {},
                     "Nothing was predicted.",
                     "Choose data with a test part."};
    WholeSetting setting = exampleSetting;
    setting.maximum = data.test.count - 1;
    return settingFromText(setting, text.value_or("0"));
}

Result<Prediction> open(const PredictCommand& options) {
    auto request = options.run.request();
    if (!request) return request.error();
    if (options.example) VITRINE_TRY(settingFromText(exampleSetting, *options.example));
    auto loaded = loadProject(request->project);
    if (!loaded) return loaded.error();
    auto project = projectWith(std::move(loaded).value(), *request);
    if (!project) return project.error();
    auto data = openProjectData(*project, {.folder = request->data,
                                           .seed = static_cast<uint64_t>(project->training.seed),
                                           .threads = request->threads});
    if (!data) return data.error();
    VITRINE_TRY(checkDataFit(TrainedPart(project->graph).graph(), *data));
    const auto example = exampleIn(*data, options.example);
    if (!example) return example.error();
    ModelOptions model = modelOptions(*project, *request);
    model.batch = 1;
    model.columns = columnTypes(data->columns);
    auto network = SteppedPrediction::create(*project, model);
    if (!network) return network.error();
    const auto remarks = (*network)->loadStates(request->weights, request->weightWishes);
    if (!remarks) return remarks.error();
    for (const Error& remark : *remarks) std::fputs((remark.text() + "\n").c_str(), stderr);
    return Prediction{std::move(data).value(), std::move(network).value(), *example, {}, {}};
}

void noteEntry(SteppedPrediction& network, int entry, std::vector<EntryResult>& results) {
    const Instr& instr = network.tape().entries[static_cast<size_t>(entry)].instr;
    for (ValueId value : instr.out)
        results.push_back(
            {entry, std::string(instr.op->id), instr.origins, network.value({.value = value})});
}

/// Entry by entry to the end.
Result<void> run(Prediction& prediction, bool wantsEntries) {
    SteppedPrediction& network = *prediction.network;
    network.setStops({.nonFinite = NonFiniteWatch::EveryValue});
    const auto values = valuesOfExample(network.inputs(), prediction.data.columns,
                                        prediction.data.test, prediction.example);
    if (const auto trouble = prediction.data.test.source->trouble()) return *trouble;
    auto stop = network.begin(values);
    if (!stop) return stop.error();
    for (;;) {
        if (stop->cause == StopCause::NonFinite && !prediction.firstBad)
            prediction.firstBad = *stop;
        if (network.isAtEnd()) return {};
        stop = network.stepEntry();
        if (wantsEntries) noteEntry(network, network.entry() - 1, prediction.results);
    }
}

std::string causeText(const Tape& tape, const NonFinite& found) {
    const int entry = definingEntry(tape, found.value);
    if (entry < 0) return fmt::format("{} is not finite", valueText(tape, found.value));
    return fmt::format(
        "the first number that is not finite was made by {}, from node {}: {}, "
        "element {}",
        entryText(tape, entry), fmt::join(originsOf(tape, found.value), ", "),
        valueText(tape, found.value), found.element);
}

/// "H01" where an output is not finite: then it is no result.
std::optional<Error> faultOf(const Prediction& prediction,
                             const std::vector<PredictedOutput>& outputs) {
    for (const PredictedOutput& output : outputs) {
        if (std::ranges::all_of(output.elements, [](float x) { return std::isfinite(x); }))
            continue;
        std::string message = fmt::format("the output '{}' for test example {} is not finite",
                                          output.name, prediction.example);
        if (prediction.firstBad)
            message += "; " + causeText(prediction.network->tape(), prediction.firstBad.found);
        return Error{"H01",
                     std::move(message),
                     {},
                     "Nothing was predicted.",
                     "Look at what its entries make with --steps, and at the data's normalisation; "
                     "or use an earlier checkpoint."};
    }
    return std::nullopt;
}

Result<int> predict(const PredictCommand& options) {
    auto prediction = open(options);
    if (!prediction) return prediction.error();
    VITRINE_TRY(run(*prediction, options.steps));
    const ExamplePrediction given{prediction->example, prediction->network->outputs(),
                                  &prediction->data};
    const std::optional<Error> fault = faultOf(*prediction, given.outputs);
    if (options.steps)
        print(options.json ? entriesJson(prediction->results) : entriesTable(prediction->results));
    if (options.json)
        print(predictionJson(given, fault));
    else if (!fault)
        print((options.steps ? "\n" : "") + predictionText(given));
    if (fault) return *fault;
    return done;
}

}  // namespace

void addPredict(CLI::App& program, Action& action) {
    CLI::App* command = program.add_subcommand(
        "predict", "Show what a network gives for a test example, and every entry on the way");
    auto options = std::make_shared<PredictCommand>();
    options->run.addProject(*command);
    options->run.addWeights(*command)->required();
    options->run.addData(*command);
    command->add_option("--example", options->example,
                        "Which test example, from 0; 0 unless given");
    options->run.addNumerics(*command);
    command->add_flag(
        "--steps", options->steps,
        "A line for each entry: what it makes, with smallest, largest and mean number");
    command->add_flag(
        "--json", options->json,
        "JSON objects on standard output: with --steps one an entry, then the result");
    command->callback([options, &action] { action = [options] { return predict(*options); }; });
}

}  // namespace vitrine::cli
