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
#include "core/graph/special_nodes.h"
#include "core/graph/wiring.h"
#include "core/io/project_data.h"
#include "core/onnx/network.h"
#include "core/session/asked_sizes.h"
#include "core/session/data_choice.h"
#include "core/session/fitted_pictures.h"
#include "core/session/network_fit.h"
#include "core/session/new_project.h"

namespace vitrine {

namespace {

constexpr size_t mostMetadata = 64, longestMetadata = 400;

std::string shapeText(const onnx::End& end) {
    std::vector<std::string> extents;
    for (size_t k = 0; k < end.dims.size(); ++k) {
        const onnx::Dim& dim = end.dims[k];
        extents.push_back(dim.value            ? std::to_string(*dim.value)
                          : dim.symbol.empty() ? std::string("?")
                                               : printable(dim.symbol, 40));
    }
    if (end.dims.empty()) return end.shape.text();
    return fmt::format("[{}]", fmt::join(extents, ", "));
}

ModelEnd endOf(const onnx::End& end) {
    return {end.node, end.name, onnx::nameOf(end.element), shapeText(end)};
}

ImportReport reportOf(const onnx::Model& model, const onnx::Network& network) {
    ImportReport report;
    report.program = printable(fmt::format("{} {}", model.producer, model.producerVersion), 100);
    while (report.program.ends_with(' ')) report.program.pop_back();
    for (const onnx::OpsetImport& opset : model.opsets)
        if (opset.domain.empty()) report.opset = opset.version;
    report.irVersion = model.irVersion;
    report.nodes = network.nodes;
    report.folded = network.folded;
    for (const auto& [id, parameter] : network.graph.parameters())
        if (parameter.kind == ParameterKind::Trained && parameter.type)
            report.parameters += parameter.type->shape.elements();
    for (const onnx::End& input : network.inputs) report.inputs.push_back(endOf(input));
    for (const onnx::End& output : network.outputs) report.outputs.push_back(endOf(output));
    for (const onnx::Refused& node : network.refused)
        report.refused.push_back({node.node, node.code, node.message});
    report.remarks = network.remarks;
    report.warnings = network.warnings;
    for (size_t k = 0; k < model.metadata.size() && k < mostMetadata; ++k)
        report.metadata.emplace_back(printable(model.metadata[k].key, 100),
                                     printable(model.metadata[k].value, longestMetadata));
    if (model.trainingParts > 0)
        report.remarks.emplace_back("what the file says of training is passed over");
    if (!model.unknownFields.empty()) {
        report.remarks.push_back(
            fmt::format("fields {} of the file are not known here and passed over",
                        fmt::join(model.unknownFields, ", ")));
        report.warnings.push_back(report.remarks.back());
    }
    return report;
}

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

/// What most networks of colour pictures were trained with.
const Normalisation ofImageNet{.mean = PerChannel({0.485, 0.456, 0.406}),
                               .std = PerChannel({0.229, 0.224, 0.225})};

/// A network whose input can be pictures takes those of a folder, at its own size.
void takePictures(ImportedModel& imported) {
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
        if (shape[0] == 3) data.normalisation = ofImageNet;
        imported.report.remarks.push_back(fmt::format(
            "pixels go into '{}' from 0 to 1{}; Data has other choices", node.id,
            shape[0] == 3 ? ", less ImageNet's mean and divided by its deviation" : ""));
        return;
    }
}

}  // namespace

std::string ImportReport::summary() const {
    const auto refusedCount = static_cast<int64_t>(refused.size());
    std::string text = fmt::format("{} of {} are read", fmt::group_digits(nodes - refusedCount),
                                   countOf(static_cast<size_t>(nodes), "node"));
    if (folded > 0)
        text += fmt::format(", {} of them are constants now", fmt::group_digits(folded));
    if (refusedCount > 0) text += fmt::format("; {} stay as placeholders", refusedCount);
    return text;
}

Result<std::vector<OpenExtent>> openExtents(const std::string& path) {
    const Result<onnx::Model> model = onnx::readModel(path);
    if (!model) return model.error();
    std::vector<OpenExtent> open;
    for (const onnx::ValueInfo* asked : askedInputs(*model)) {
        const onnx::ValueInfo& input = *asked;
        if (!input.type.shape) continue;
        for (size_t k = 1; k < input.type.shape->size(); ++k) {
            const std::string symbol = onnx::extentName(input, k);
            const bool isKnown = std::ranges::find(open, symbol, &OpenExtent::symbol) != open.end();
            if (!onnx::isOpen((*input.type.shape)[k]) || isKnown) continue;
            const bool isPicture = input.type.shape->size() == 4 && k >= 2;
            open.push_back(
                {symbol, std::string(input.name), static_cast<int64_t>(k), isPicture ? 224 : 0});
        }
    }
    return open;
}

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
    NetworkFit fit = fitOf(project.graph, data->columns);
    const Result<Transaction> done = perform(project.graph, fit.edits);
    if (!done) return done.error();
    project.training.batch = std::clamp(data->train.count, int64_t{1}, project.training.batch);
    return std::move(fit.words);
}

Result<ImportedModel> importModel(const std::string& path, const ImportChoices& choices) {
    std::error_code failure;
    const std::filesystem::path whole = std::filesystem::absolute(path, failure).lexically_normal();
    const Result<onnx::Model> model = onnx::readModel(whole.string());
    if (!model) return model.error();
    VITRINE_TRY(checkSizeNames(*model, choices.extents));
    Result<onnx::Network> network = onnx::networkOf(*model, {.symbols = choices.extents});
    if (!network) return network.error();

    ImportedModel imported;
    imported.report = reportOf(*model, *network);
    imported.weights = network->weights;
    imported.project = emptyProject();
    Project& project = imported.project;
    project.name = projectNameFor(whole.stem().string());
    project.data = {};
    project.graph = std::move(network->graph);
    const onnx::End* scores = classOutput(*network);
    if (choices.addsLoss && scores && network->refused.empty() && addLoss(project.graph, *scores))
        imported.report.remarks.push_back(fmt::format(
            "a target and a loss were added behind '{}', so that it can be trained; weights that "
            "have been trained before mostly want a lower learning rate than {}, such as 0.001",
            scores->name, project.training.learningRate));
    takePictures(imported);
    for (const Node& node : project.graph.nodes()) project.unplaced.push_back(node.id);
    return imported;
}

}  // namespace vitrine
