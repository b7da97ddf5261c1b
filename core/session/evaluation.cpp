// SPDX-License-Identifier: Apache-2.0
// Runs the evaluation tapes over the test set.
#include "core/session/evaluation.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "core/graph/trained_part.h"
#include "core/io/project_data.h"
#include "core/session/data_check.h"
#include "core/session/weights.h"
#include "core/train/prediction.h"

namespace vitrine {

namespace {

Evaluation measure(Model& model, const Dataset& data, const Normalisation& normalisation,
                   int threads) {
    Team team(threads);
    Loader loader(data.test,
                  {.batch = model.batch(), .shuffle = false, .normalisation = normalisation});
    Evaluation result;
    model.beginEvaluation();
    const auto started = std::chrono::steady_clock::now();
    for (int64_t i = 0; i < loader.batchesPerEpoch(); ++i) {
        const Batch batch = loader.next();
        Member& member = model.evaluate(batch.size);
        if (model.floatType() == DType::F32)
            std::memcpy(member.images, batch.images.data(), batch.images.size_bytes());
        else
            std::copy(batch.images.begin(), batch.images.end(),
                      reinterpret_cast<double*>(member.images));
        std::memcpy(member.labels, batch.labels.data(), batch.labels.size_bytes());
        member.executor->run(team);
        result.images += batch.size;
        const double loss = member.executor->scalar("loss");
        if (!std::isfinite(loss)) result.withoutAnswer += imagesWithoutAnswer(*member.executor);
        result.loss += loss * static_cast<double>(batch.size);
        result.accuracy += member.executor->scalar("correct");
    }
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    const auto count = static_cast<double>(result.images);
    result.loss /= count;
    result.accuracy /= count;
    result.imagesPerSecond = count / seconds;
    return result;
}

}  // namespace

std::optional<Error> faultOf(const Evaluation& evaluation) {
    if (std::isfinite(evaluation.loss)) return std::nullopt;
    return Error{
        "H01",
        fmt::format(
            "the test loss is {}, wanted a finite number: the network's outputs for {} of {} test "
            "images are not finite",
            std::isinf(evaluation.loss) ? "infinite" : "NaN",
            fmt::group_digits(evaluation.withoutAnswer), fmt::group_digits(evaluation.images)),
        {},
        "No loss and no accuracy were measured.",
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
    VITRINE_TRY(checkImagesFit(TrainedPart(project->graph).graph(), *data));
    if (data->test.count == 0)
        return Error{"M01",
                     "the data have no test images",
                     {},
                     "Nothing was measured.",
                     "Choose data with a test part."};
    ModelOptions options = modelOptions(*project, request);
    options.batch = std::min(options.batch, data->test.count);
    options.testCount = data->test.count;
    auto model = Model::compile(project->graph, options);
    if (!model) return model.error();
    VITRINE_TRY(loadWeights(weights, (*model)->states(), (*model)->stateBase()));
    return measure(**model, *data, project->data.normalisation, request.threads);
}

}  // namespace vitrine
