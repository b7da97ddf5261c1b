// SPDX-License-Identifier: Apache-2.0
// Runs the evaluation tapes over the test set.
#include "core/session/evaluation.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <filesystem>

#include "core/graph/trained_part.h"
#include "core/io/project_data.h"
#include "core/session/data_check.h"
#include "core/session/weights.h"
#include "core/train/feed.h"
#include "core/train/test_score.h"

namespace vitrine {

namespace {

Evaluation measure(Model& model, const Dataset& data, const Channels& channels) {
    const int64_t first = std::min(model.batch(), data.test.count);
    Loader loader(data.test, fedBytes(model.member(Mode::Evaluate, first), data.columns),
                  {.batch = model.batch(), .shuffle = false});
    TestScore score(channels);
    const auto started = std::chrono::steady_clock::now();
    evaluateSet(model, loader.batchesPerEpoch(), score, [&] { return loader.next(); });
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    Evaluation result{.images = score.examples(),
                      .imagesPerSecond = static_cast<double>(score.examples()) / seconds,
                      .score = {},
                      .channels = channels,
                      .withoutAnswer = score.withoutAnswer()};
    score.fill(result.score);
    return result;
}

}  // namespace

std::optional<Error> faultOf(const Evaluation& evaluation) {
    if (std::isfinite(evaluation.score.testLoss)) return std::nullopt;
    return Error{
        "H01",
        fmt::format(
            "the test loss is {}, wanted a finite number: the network's outputs for {} of {} test "
            "images are not finite",
            std::isinf(evaluation.score.testLoss) ? "infinite" : "NaN",
            fmt::group_digits(evaluation.withoutAnswer), fmt::group_digits(evaluation.images)),
        {},
        "Nothing was measured.",
        "Look at the data's normalisation; use an earlier checkpoint, or train with a lower "
        "learning "
        "rate or with clipping."};
}

Result<Evaluation> evaluateWeights(const RunRequest& request, const std::string& weights) {
    auto loaded = loadProject(request.project);
    if (!loaded) return loaded.error();
    auto project = projectWith(std::move(loaded).value(), request);
    if (!project) return project.error();
    auto data = openProjectData(*project, {.folder = request.data,
                                           .seed = static_cast<uint64_t>(project->training.seed),
                                           .threads = request.threads,
                                           .progress = {}});
    if (!data) return data.error();
    const TrainedPart part(project->graph);
    VITRINE_TRY(checkDataFit(part.graph(), *data));
    if (data->test.count == 0)
        return Error{"M01",
                     "the data have no test images",
                     {},
                     "Nothing was measured.",
                     "Choose data with a test part."};
    ModelOptions options = modelOptions(*project, request);
    options.batch = std::min(options.batch, data->test.count);
    options.columns = columnTypes(data->columns);
    auto model = Model::compile(project->graph,
                                Model::variantsOfRun(options.batch, 0, data->test.count), options);
    if (!model) return model.error();
    VITRINE_TRY(loadWeights(weights, (*model)->states(), (*model)->memory()));
    return measure(**model, *data, channelsOf(part, project->training.metrics));
}

}  // namespace vitrine
