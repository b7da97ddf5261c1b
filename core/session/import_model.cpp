// SPDX-License-Identifier: Apache-2.0
// From a network of a file to a project.
#include "core/session/import_model.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/data/dataset.h"
#include "core/graph/edit.h"
#include "core/graph/names.h"
#include "core/graph/special_nodes.h"
#include "core/graph/wiring.h"
#include "core/io/project_data.h"
#include "core/onnx/network.h"
#include "core/session/asked_sizes.h"
#include "core/session/data_choice.h"
#include "core/session/fitted_pictures.h"
#include "core/session/model_classes.h"
#include "core/session/model_report.h"
#include "core/session/network_fit.h"
#include "core/session/new_project.h"
#include "core/session/suitable_sizes.h"

namespace vitrine {

namespace {

/// What an output shows, in front of a softmax where there is one: cross-entropy takes logits.
PortRef logitsOf(const Graph& graph, const std::string& output) {
    PortRef from = graph.edgeInto({output, "x"})->from;
    for (;;) {
        const Node& node = *graph.find(from.node);
        const bool isPassed = node.op->id == "softmax" || node.op->id == "log_softmax";
        const Edge* before = isPassed ? graph.edgeInto({node.id, "x"}) : nullptr;
        if (!before) return from;
        from = before->from;
    }
}

/// The one output that is a row of class scores an example.
const onnx::End* classOutput(const onnx::Network& network) {
    const onnx::End* found = nullptr;
    for (const onnx::End& output : network.outputs) {
        const bool isScores = output.shape.rank() == 2 && output.shape[1] > 1 &&
                              output.shape[0] == network.batch && !output.numbers &&
                              (output.element == onnx::ElementType::Float ||
                               output.element == onnx::ElementType::Double ||
                               output.element == onnx::ElementType::Float16);
        if (!isScores) continue;
        if (found) return nullptr;
        found = &output;
    }
    return found;
}

bool givesRows(const onnx::Network& network) {
    return std::ranges::any_of(network.outputs, [](const onnx::End& output) {
        return output.shape.rank() == 2 && output.shape[1] > 1;
    });
}

std::string freeId(const Graph& graph, const std::string& base) {
    std::string id = base;
    for (int number = 2; graph.find(id); ++number) id = fmt::format("{}_{}", base, number);
    return id;
}

/// A target and a loss behind the scores. False where they do not fit.
bool addLoss(Graph& graph, const onnx::End& scores) {
    const std::string target = freeId(graph, "target"), loss = freeId(graph, "loss");
    Result<Node> targetNode = makeNode(target, "target"),
                 lossNode = makeNode(loss, "cross_entropy");
    VITRINE_CHECK(targetNode.ok() && lossNode.ok(), "both are in the palette");
    if (!targetNode->attrs.set("classes", scores.shape[1])) return false;
    const std::string labels(lossNode->op->inputs[1].id), logits(lossNode->op->inputs[0].id);
    const Transaction edits = {edit::InsertNode{std::move(*targetNode)},
                               edit::InsertNode{std::move(*lossNode)},
                               edit::InsertEdge{{logitsOf(graph, scores.node), {loss, logits}}},
                               edit::InsertEdge{{{target, "labels"}, {loss, labels}}}};
    return perform(graph, edits).ok();
}

/// `behind 'y'`, `before the softmax of 'y'`
std::string behindText(const Graph& graph, const onnx::End& scores) {
    const bool isBefore = logitsOf(graph, scores.node) != graph.edgeInto({scores.node, "x"})->from;
    return fmt::format("{} '{}'", isBefore ? "before the softmax of" : "behind", scores.name);
}

/// Empty: nothing is in the way.
std::string lossTrouble(const onnx::Network& network, int64_t parameters) {
    if (!network.refused.empty()) return "not every node is read";
    if (classOutput(network)) return parameters > 0 ? "" : "nothing in it can be trained";
    return network.batch == 0 && givesRows(network) ? "its inputs take no batches"
                                                    : "no output gives a row of class scores";
}

/// Adds a loss where there are scores, and says so, or what is in the way of a model that has some.
void tellOfLoss(ImportedModel& imported, const onnx::Network& network) {
    std::vector<std::string>& remarks = imported.report.remarks;
    const std::string& trouble = imported.report.noLoss;
    const onnx::End* scores = classOutput(network);
    if (!trouble.empty()) {
        if (givesRows(network) && (scores || network.refused.empty()))
            remarks.push_back(fmt::format("no target and no loss were added, since {}", trouble));
        return;
    }
    if (!addLoss(imported.project.graph, *scores)) return;
    remarks.push_back(fmt::format(
        "a target and a loss were added {}, so that the project can be trained; the "
        "model itself has none; weights that have been trained before mostly want a lower "
        "learning rate than {}, such as 0.001",
        behindText(imported.project.graph, *scores), imported.project.training.learningRate));
}

/// What most networks of colour pictures were trained with.
const Normalisation ofImageNet{.mean = PerChannel({0.485, 0.456, 0.406}),
                               .std = PerChannel({0.229, 0.224, 0.225})};

/// A network whose input can be pictures takes those of a folder, at its own size.
void takePictures(ImportedModel& imported, const std::optional<Normalisation>& said) {
    for (const Node& node : imported.project.graph.nodes()) {
        if (!isInput(node) || isClassInput(node) || scalingOf(node) != Scaling::Normalised)
            continue;
        DataSettings& data = imported.project.data;
        const std::vector<int64_t>& shape = node.attrs.list("shape");
        const DataFormatDescriptor& folder = *findDataFormat("image_folder");
        data.format = folder.id;
        data.fields = dataFields(Attrs(folder.fields)
                                     .with("height", shape[1])
                                     .with("width", shape[2])
                                     .with("fit", std::string("crop")));
        std::vector<std::string>& remarks = imported.report.remarks;
        if (said) {
            data.normalisation = *said;
            remarks.push_back(
                fmt::format("pixels go into '{}' from 0 to 1, less the mean and divided by the "
                            "deviation that the model's metadata say",
                            node.id));
            return;
        }
        if (shape[0] == 3) data.normalisation = ofImageNet;
        remarks.push_back(fmt::format(
            "pixels go into '{}' from 0 to 1{}; Data has other choices", node.id,
            shape[0] == 3 ? ", less ImageNet's mean and divided by its deviation" : ""));
        // Whoever has trained it with other numbers gets other answers.
        if (shape[0] == 3) imported.report.warnings.push_back(remarks.back());
        return;
    }
}

}  // namespace

Result<std::vector<OpenExtent>> openExtents(const std::string& path) {
    const Result<onnx::Model> model = onnx::readModel(path);
    if (!model) return model.error();
    return openExtents(*model);
}

namespace {

/// Sizes that were chosen are at fault where others suit the model.
Result<void> checkSizes(const onnx::Model& model, const onnx::Network& network,
                        const ChosenExtents& chosen) {
    const onnx::Refused* first = chosen.empty() ? nullptr : refusedForItsSize(network);
    const ChosenExtents suitable = first ? suitableSizes(model, chosen) : ChosenExtents();
    if (suitable.empty()) return {};
    return Error{first->code,
                 fmt::format("{} cannot be computed with {}: {}", vitrine::quoted(model.path),
                             sizesText(chosen), first->message),
                 {},
                 "Nothing was opened.",
                 fmt::format("Choose other sizes: {} suits it.", sizesText(suitable))};
}

/// Pictures need an input of channels, height and width; other data are fitted axis by axis.
Result<void> checkPictures(const Graph& graph, const std::vector<Column>& columns) {
    const bool hasPictures = std::ranges::any_of(
        columns, [](const Column& column) { return column.isImage() && !column.hasClasses(); });
    const Node* other = nullptr;
    for (const Node& node : graph.nodes()) {
        if (!isInput(node) || isClassInput(node)) continue;
        if (isBatched(node) && node.attrs.list("shape").size() == 3) return {};
        other = &node;
    }
    if (!hasPictures || !other) return {};
    return Error{
        "U06",
        fmt::format("the data are pictures, and '{}' takes [{}{}]", other->id,
                    isBatched(*other) ? "N, " : "", fmt::join(other->attrs.list("shape"), ", ")),
        {},
        "Nothing was written.",
        "Choose data of that shape, or a model that takes batches of pictures."};
}

}  // namespace

Result<std::vector<std::string>> takeData(Project& project, const std::string& path) {
    std::error_code failure;
    const std::string folder = std::filesystem::absolute(path, failure).lexically_normal().string();
    Result<DataSettings> found = dataIn(folder, project);
    if (!found) return found.error();
    const Normalisation normalisation = project.data.normalisation;
    project.data = fittedPictures(std::move(found).value(), project.graph);
    project.data.normalisation = normalisation;
    const Result<Dataset> data = openRawData(project, {.folder = folder});
    if (!data) return data.error();
    VITRINE_TRY(checkPictures(project.graph, data->columns));
    const auto isOther = [&](const Column& column) {
        return column.hasClasses() && column.classes.size() != project.classes.size();
    };
    if (std::ranges::any_of(data->columns, isOther)) project.classes.clear();
    NetworkFit fit = fitOf(project.graph, data->columns);
    const Result<Transaction> done = perform(project.graph, fit.edits);
    if (!done) return done.error();
    project.training.batch = std::clamp(data->train.count, int64_t{1}, project.training.batch);
    return std::move(fit.words);
}

Result<ImportedModel> importModel(const std::string& path, const ImportChoices& choices) {
    std::error_code failure;
    const std::filesystem::path whole = std::filesystem::absolute(path, failure).lexically_normal();
    Result<onnx::Model> model = onnx::readModel(whole.string());
    if (!model) return model.error();
    giveShapes(*model, choices.extents);
    VITRINE_TRY(checkSizeNames(*model, choices.extents));
    VITRINE_TRY(checkChosen(*model, choices.extents));
    Result<onnx::Network> network =
        onnx::networkOf(*model, {.symbols = choices.extents, .turnsPictures = true});
    if (!network) return network.error();
    VITRINE_TRY(checkSizes(*model, *network, choices.extents));

    ImportedModel imported;
    imported.report = reportOf(*model, *network);
    imported.weights = network->weights;
    imported.project = emptyProject();
    Project& project = imported.project;
    project.name = projectNameFor(whole.stem().string());
    project.data = {};
    project.classes = imported.report.classes;
    project.graph = std::move(network->graph);
    imported.report.noLoss = lossTrouble(*network, imported.report.parameters);
    if (choices.addsLoss) tellOfLoss(imported, *network);
    takePictures(imported, normalisationOfModel(*model));
    for (const Node& node : project.graph.nodes()) project.unplaced.push_back(node.id);
    return imported;
}

}  // namespace vitrine
