// SPDX-License-Identifier: Apache-2.0
// Runs the evaluation tapes over the test set.
#include "core/session/evaluation.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <filesystem>

#include "core/base/file.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/io/project_data.h"
#include "core/probe/softmax.h"
#include "core/session/class_names.h"
#include "core/session/data_check.h"
#include "core/session/weights.h"
#include "core/session/weights_project.h"
#include "core/train/feed.h"
#include "core/train/test_score.h"

namespace vitrine {

namespace {

/// The loss whose classes are counted: by its place among the losses, and where the names are.
struct ClassLoss {
    size_t place = 0;
    int64_t classes = 0;
    std::string column;  ///< of the data; empty where labels do not come straight from one
};

/// The first that compares rows of logits with class numbers.
std::optional<ClassLoss> classLossOf(const TrainedPart& part) {
    const auto roles = rolesOf(part.graph(), part.wiring(), true);
    if (!roles) return std::nullopt;
    for (size_t i = 0; i < roles->losses.size(); ++i) {
        const LossRole& loss = roles->losses[i];
        const auto& operands = part.shapes().nodes[static_cast<size_t>(loss.node)].operands;
        if (operands.size() < 2 || !areClasses(operands[0], operands[1])) continue;
        ClassLoss found{.place = i, .classes = operands[0].shape[1], .column = {}};
        const Node& target = part.graph().nodes()[static_cast<size_t>(loss.target.node)];
        if (isClassInput(target)) found.column = columnOf(target);
        return found;
    }
    return std::nullopt;
}

std::vector<std::string> classNames(const Dataset& data, const ClassLoss& loss) {
    std::vector<std::string> names;
    if (const int column = data.column(loss.column); column >= 0)
        names = data.columns[static_cast<size_t>(column)].classes;
    for (auto i = std::ssize(names); i < loss.classes; ++i) names.push_back(std::to_string(i));
    names.resize(static_cast<size_t>(loss.classes));
    return names;
}

/// What images are and what they are taken for, batch by batch.
class Confusions {
  public:
    explicit Confusions(ClassLoss loss) : m_loss(std::move(loss)) {}
    void add(const Member& member) {
        const auto& [prediction, target] = member.compared[m_loss.place];
        member.executor->read(prediction, m_rows);
        member.executor->read(target, m_targets);
        const auto classes = static_cast<size_t>(m_loss.classes);
        for (size_t i = 0; i < m_targets.size(); ++i) {
            m_truth.push_back(static_cast<int32_t>(m_targets[i]));
            m_predicted.push_back(
                likeliestClass(std::span(m_rows).subspan(i * classes, classes)).index);
        }
    }
    TestConfusion result(const Dataset& data) const {
        return {ConfusionMatrix(static_cast<int>(m_loss.classes), m_truth, m_predicted),
                classNames(data, m_loss)};
    }

  private:
    ClassLoss m_loss;
    std::vector<int32_t> m_truth, m_predicted;
    std::vector<double> m_rows, m_targets;  ///< of the batch at hand
};

/// Errors: what could not be read of the data.
Result<Evaluation> measure(Model& model, const Dataset& data, const Channels& channels,
                           std::optional<Confusions> confusions) {
    const int64_t first = std::min(model.batch(), data.test.count);
    Loader loader(data.test, fedBytes(model.member(Mode::Evaluate, first), data.columns),
                  {.batch = model.batch(), .shuffle = false});
    TestScore score(channels);
    const auto started = std::chrono::steady_clock::now();
    std::optional<Error> trouble;
    const auto next = [&]() -> std::optional<Batch> {
        const Batch batch = loader.next();
        if (batch.trouble) trouble = *batch.trouble;
        return trouble ? std::nullopt : std::optional(batch);
    };
    evaluateSet(model, loader.batchesPerEpoch(), score, next, [&](const Member& member) {
        if (confusions) confusions->add(member);
    });
    if (trouble) {
        trouble->kept = "Nothing was measured.";
        return *std::move(trouble);
    }
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    Evaluation result{.images = score.examples(),
                      .imagesPerSecond = static_cast<double>(score.examples()) / seconds,
                      .score = {},
                      .channels = channels,
                      .withoutAnswer = score.withoutAnswer()};
    score.fill(result.score);
    if (confusions) result.confusion = confusions->result(data);
    return result;
}

/// Weights were trained on other classes than the data have.
std::vector<Error> classesThatMiss(const Graph& graph, const Dataset& data) {
    std::vector<Error> remarks;
    for (const Node& node : graph.nodes()) {
        if (node.op->id != "target") continue;
        const int column = data.column(node.attrs.text("column"));
        const auto wanted = node.attrs.integer("classes");
        if (column < 0) continue;
        const auto& classes = data.columns[static_cast<size_t>(column)].classes;
        if (classes.empty() || std::ssize(classes) == wanted) continue;
        remarks.push_back(
            {"U17",
             fmt::format("{} has {} classes, the data have {} ({} to {}): their "
                         "numbers may not mean the same",
                         node.text(), wanted, classes.size(), printable(classes.front(), 40),
                         printable(classes.back(), 40)),
             {},
             "It was measured as it is.",
             "Measure on data with the classes that the weights were trained on."});
    }
    return remarks;
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

Result<Evaluation> evaluateWeights(const RunRequest& request, const std::string& weights,
                                   bool countsConfusion) {
    auto loaded = loadProject(request.project);
    if (!loaded) return loaded.error();
    if (!request.weightWishes.onlyWhatFits) forgoUnreadStarts(loaded->graph);
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
    std::optional<Confusions> confusions;
    if (countsConfusion) {
        const std::optional<ClassLoss> loss = classLossOf(part);
        if (!loss)
            return Error{"U21",
                         "no loss compares logits with class numbers: nothing is taken for "
                         "another class",
                         {},
                         "Nothing was measured.",
                         "Measure without the confusion matrix."};
        confusions.emplace(*loss);
    }
    ModelOptions options = modelOptions(*project, request);
    options.batch = std::min(options.batch, data->test.count);
    options.columns = columnTypes(data->columns);
    auto device = deviceOf(request);
    if (!device) return device.error();
    options.device = std::move(device).value();
    auto model = Model::compile(project->graph,
                                Model::variantsOfRun(options.batch, 0, data->test.count), options);
    if (!model) return model.error();
    const WeightWishes wishes = wishesFor(project->graph, request.weightWishes);
    auto taken = loadWeights(weights, (*model)->states(), (*model)->memory(), wishes);
    if (!taken) return taken.error();
    auto result =
        measure(**model, *data, channelsOf(part, project->training.metrics), std::move(confusions));
    if (!result) return result;
    for (int64_t i = 0; i < data->test.count; ++i) result->standIns += data->test.isUnread(i);
    result->remarks = std::move(taken->remarks);
    result->remarks.insert(result->remarks.end(), data->remarks.begin(), data->remarks.end());
    if (auto remark = data->test.source->remark()) result->remarks.push_back(*std::move(remark));
    for (Error& missing : classesThatMiss(part.graph(), *data))
        result->remarks.push_back(std::move(missing));
    for (Error& other : otherClassNames(weights, data->columns))
        result->remarks.push_back(std::move(other));
    return result;
}

}  // namespace vitrine
