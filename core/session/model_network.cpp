// SPDX-License-Identifier: Apache-2.0
// Choices from arrays, and names from the file.
#include "core/session/model_network.h"

#include <filesystem>

#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/onnx/network.h"
#include "core/session/new_project.h"

namespace vitrine {

namespace {

/// Larger arrays say nothing about shapes.
constexpr int64_t mostShapeNumbers = 4096;

onnx::Choices choicesFor(const onnx::Model& model, std::span<const NamedTensor> arrays) {
    onnx::Choices choices;
    choices.trainsSingleNumbers = true;
    choices.followsBatch = arrays.empty();
    std::string only;
    for (const onnx::ValueInfo& input : model.graph->inputs) {
        const auto isWeight = [&](const onnx::Tensor& tensor) { return tensor.name == input.name; };
        if (std::ranges::none_of(model.graph->initializers, isWeight) && only.empty())
            only = input.name;
    }
    for (const NamedTensor& array : arrays) {
        const std::string& name = array.name.empty() ? only : array.name;
        choices.shapes.emplace(name, array.data->shape);
        if (array.data->shape.elements() <= mostShapeNumbers)
            choices.numbers.emplace(name, array.data);
    }
    return choices;
}

Error refusedNodes(const std::string& path, const onnx::Network& network) {
    const onnx::Refused& first = network.refused.front();
    const size_t others = network.refused.size() - 1;
    std::string message =
        fmt::format("'{}' cannot be computed: {}", printable(path), first.message);
    if (others > 0) message += fmt::format(" (and {} more)", countOf(others, "node"));
    return {first.code,
            message,
            {},
            "Nothing was computed.",
            "Import it: the rest opens, and what is not known stays as a placeholder."};
}

}  // namespace

Result<ForeignNetwork> networkOfModel(const std::string& path,
                                      std::span<const NamedTensor> arrays) {
    const Result<onnx::Model> model = onnx::readModel(path);
    if (!model) return model.error();
    Result<onnx::Network> read = onnx::networkOf(*model, choicesFor(*model, arrays));
    if (!read) return read.error();
    if (!read->refused.empty()) return refusedNodes(path, *read);

    ForeignNetwork network;
    network.project = emptyProject();
    network.project.name = projectNameFor(std::filesystem::path(path).stem().string());
    network.project.data = {};
    network.project.graph = std::move(read->graph);
    for (const onnx::End& input : read->inputs)
        network.inputs.push_back({input.node, input.name, onnx::storedType(input.element)});
    for (const onnx::End& output : read->outputs)
        if (!output.node.empty())
            network.outputs.push_back({output.node, output.name, onnx::storedType(output.element)});
    for (auto& [id, weight] : read->weights) network.parameterNames.emplace(id, weight);
    for (const onnx::ValueInfo& input : model->graph->inputs)
        network.declaredInputs.emplace_back(input.name);
    network.floatType = read->floatType;
    network.isForeign = true;
    network.remarks = std::move(read->remarks);
    return network;
}

}  // namespace vitrine
