// SPDX-License-Identifier: Apache-2.0
// vitrine-cli eval: loss and accuracy of weights on the test images.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "core/cli/commands.h"
#include "core/cli/confusion_text.h"
#include "core/cli/run_options.h"
#include "core/cli/text.h"
#include "core/session/evaluation.h"
#include "core/session/run_log.h"

namespace vitrine::cli {

namespace {

struct EvalOptions {
    RunOptions run;
    bool json = false, confusion = false, csv = false;
};

/// Without a result all numbers are null, and `error` says why.
void printJson(const Evaluation& result, const std::optional<Error>& fault) {
    using nlohmann::ordered_json;
    ordered_json json{{"event", "evaluation"}, {"images", result.images}};
    for (const auto& [name, value] : namedScores(result.score, result.channels))
        json[name] = fault ? ordered_json() : ordered_json(value);
    if (result.standIns > 0) json["images_standing_for_others"] = result.standIns;
    json["images_per_s"] = result.imagesPerSecond;
    if (result.confusion && !fault) json["confusion"] = confusionJson(*result.confusion);
    if (fault) {
        json["images_without_answer"] = result.withoutAnswer;
        json["error"] = fault->code + ": " + fault->message;
    }
    print(json.dump() + "\n");
}

std::string standInText(int64_t count) {
    if (count == 0) return {};
    return fmt::format(", {} of which stand{} for others that cannot be read",
                       fmt::group_digits(count), count == 1 ? "s" : "");
}

Result<int> evaluate(const EvalOptions& options) {
    auto request = options.run.request();
    if (!request) return request.error();
    auto result = evaluateWeights(*request, options.run.weights, options.confusion || options.csv);
    if (!result) return result.error();
    for (const Error& remark : result->remarks) std::fputs((remark.text() + "\n").c_str(), stderr);
    const std::optional<Error> fault = faultOf(*result);
    if (options.json) printJson(*result, fault);
    if (fault) return *fault;
    if (options.csv)
        print(confusionCsv(*result->confusion));
    else if (!options.json)
        print(fmt::format("{} test images{}: loss {}, {:.0f} images/s\n",
                          fmt::group_digits(result->images), standInText(result->standIns),
                          scoreText(result->score, result->channels, ", "),
                          result->imagesPerSecond));
    if (options.confusion && !options.json && !options.csv)
        print(confusionTable(*result->confusion));
    return done;
}

}  // namespace

void addEval(CLI::App& program, Action& action) {
    CLI::App* command =
        program.add_subcommand("eval", "Measure weights on a project's test images");
    auto options = std::make_shared<EvalOptions>();
    options->run.addProject(*command);
    options->run.addWeights(*command)->required();
    options->run.addData(*command);
    options->run.addTestTransforms(*command);
    options->run.addMachineWithGpu(*command);
    command->add_flag("--confusion", options->confusion,
                      "Also what each class is taken for, by counts of test images");
    CLI::Option* json =
        command->add_flag("--json", options->json, "One JSON object on standard output");
    command
        ->add_flag("--csv", options->csv,
                   "The confusion matrix alone, as comma-separated values on standard output")
        ->excludes(json);
    command->callback([options, &action] { action = [options] { return evaluate(*options); }; });
}

}  // namespace vitrine::cli
