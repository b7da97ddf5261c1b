// SPDX-License-Identifier: Apache-2.0
// The file's head, its ends, what became of its nodes.
#include "core/session/model_report.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/session/asked_sizes.h"
#include "core/session/model_classes.h"

namespace vitrine {

namespace {

constexpr size_t mostMetadata = 64, longestMetadata = 400;
/// Stands for an extent of which nothing is usual.
constexpr int64_t anyExtent = 64;

std::string shapeText(const std::vector<onnx::Dim>& dims) {
    std::vector<std::string> extents;
    for (const onnx::Dim& dim : dims)
        extents.push_back(dim.value            ? std::to_string(*dim.value)
                          : dim.symbol.empty() ? std::string("?")
                                               : printable(dim.symbol, 40));
    return fmt::format("[{}]", fmt::join(extents, ", "));
}

/// `[N, 4, 224, 224]` where the file declares nothing.
ModelEnd endOf(const onnx::End& end, int64_t batch) {
    std::vector<onnx::Dim> dims = end.dims;
    if (dims.empty())
        for (const int64_t extent : end.shape.dims())
            dims.push_back(dims.empty() && extent == batch ? onnx::Dim{.symbol = "N"}
                                                           : onnx::Dim{.value = extent});
    return {end.node, end.name, onnx::nameOf(end.element), shapeText(dims)};
}

ModelEnd endOf(const onnx::ValueInfo& info) {
    return {{},
            std::string(info.name),
            onnx::nameOf(info.type.element),
            info.type.shape ? shapeText(*info.type.shape) : "?"};
}

void tellOfParts(const onnx::Model& model, ImportReport& report) {
    if (model.trainingParts > 0)
        report.remarks.emplace_back("what the file says of training is passed over");
    if (model.unknownFields.empty()) return;
    report.remarks.push_back(fmt::format("fields {} of the file are not known here and passed over",
                                         fmt::join(model.unknownFields, ", ")));
    report.warnings.push_back(report.remarks.back());
}

/// Maker, formats and metadata.
ImportReport headOf(const onnx::Model& model) {
    ImportReport report;
    report.program = printable(fmt::format("{} {}", model.producer, model.producerVersion), 100);
    while (report.program.ends_with(' ')) report.program.pop_back();
    for (const onnx::OpsetImport& opset : model.opsets)
        if (opset.domain.empty()) report.opset = opset.version;
    report.irVersion = model.irVersion;
    for (size_t k = 0; k < model.metadata.size() && k < mostMetadata; ++k)
        report.metadata.emplace_back(printable(model.metadata[k].key, 100),
                                     printable(model.metadata[k].value, longestMetadata));
    report.classes = classNamesOfModel(model);
    return report;
}

}  // namespace

ImportReport reportOf(const onnx::Model& model) {
    ImportReport report = headOf(model);
    report.nodes = std::ssize(model.graph->nodes);
    for (const onnx::ValueInfo* input : askedInputs(model)) report.inputs.push_back(endOf(*input));
    for (const onnx::ValueInfo& output : model.graph->outputs)
        report.outputs.push_back(endOf(output));
    tellOfParts(model, report);
    return report;
}

ImportReport reportOf(const onnx::Model& model, const onnx::Network& network) {
    ImportReport report = headOf(model);
    report.nodes = network.nodes;
    report.folded = network.folded;
    for (const auto& [id, parameter] : network.graph.parameters())
        if (parameter.kind == ParameterKind::Trained && parameter.type)
            report.parameters += parameter.type->shape.elements();
    for (const onnx::End& input : network.inputs)
        report.inputs.push_back(endOf(input, network.batch));
    for (const onnx::End& output : network.outputs)
        report.outputs.push_back(endOf(output, network.batch));
    for (const onnx::Refused& node : network.refused)
        report.refused.push_back({node.node, node.code, node.message, node.isFollower});
    std::ranges::stable_partition(report.refused,
                                  [](const RefusedNode& node) { return !node.isFollower; });
    report.remarks = network.remarks;
    report.warnings = network.warnings;
    tellOfParts(model, report);
    return report;
}

int64_t ImportReport::followers() const {
    return std::ranges::count(refused, true, &RefusedNode::isFollower);
}

std::string ImportReport::summary() const {
    const auto refusedCount = static_cast<int64_t>(refused.size());
    std::string text = fmt::format("{} of {} are read", fmt::group_digits(nodes - refusedCount),
                                   countOf(static_cast<size_t>(nodes), "node"));
    if (folded > 0)
        text += fmt::format(", {} of them are constants now", fmt::group_digits(folded));
    if (refusedCount > 0)
        text += refusedCount == 1 ? "; 1 stays as a placeholder"
                                  : fmt::format("; {} stay as placeholders", refusedCount);
    return text;
}

Result<ModelLook> lookAtModel(const std::string& path, const ImportChoices& choices) {
    Result<onnx::Model> model = onnx::readModel(path);
    if (!model) return model.error();
    giveShapes(*model, choices.extents);
    VITRINE_TRY(checkSizeNames(*model, choices.extents));
    ModelLook look;
    ImportChoices tried = choices;
    for (OpenExtent& extent : openExtents(*model)) {
        if (choices.extents.contains(extent.symbol)) continue;
        tried.extents[extent.symbol] = extent.usual > 0 ? extent.usual : anyExtent;
        look.lookedAt[extent.symbol] = tried.extents[extent.symbol];
        look.open.push_back(std::move(extent));
    }
    const auto chosen = checkChosen(*model, tried.extents);  // an input may have no shape at all
    auto imported = chosen ? importModel(path, tried) : Result<ImportedModel>(chosen.error());
    if (imported) {
        look.report = std::move(imported->report);
        return look;
    }
    if (chosen && look.open.empty()) return imported.error();
    look.report = reportOf(*model);
    look.isRead = false;
    std::string why = imported.error().message + ". " + imported.error().next;
    while (why.ends_with('.') || why.ends_with(' ')) why.pop_back();
    look.report.remarks.push_back("its nodes were not read: " + why);
    look.lookedAt.clear();
    return look;
}

}  // namespace vitrine
