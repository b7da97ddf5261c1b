// SPDX-License-Identifier: Apache-2.0
// Choices from arrays, and names from the file.
#include "core/session/model_network.h"

#include <algorithm>
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

/// Without arrays inputs take batches; with them everything follows from those, numbers included.
onnx::Choices choicesFor(const onnx::Model& model, const AskedWith& with, const AskedSizes& sizes) {
    onnx::Choices choices;
    choices.trainsSingleNumbers = true;
    choices.followsSizes = false;
    choices.followsBatch = with.arrays.empty();
    choices.symbols = sizes.extents;
    const std::vector<const onnx::ValueInfo*> inputs = askedInputs(model);
    for (const NamedTensor& array : with.arrays) {
        const std::string name =
            array.name.empty() && !inputs.empty() ? std::string(inputs.front()->name) : array.name;
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

Result<ForeignNetwork> networkOfModel(const std::string& path, const AskedWith& with) {
    const Result<onnx::Model> model = onnx::readModel(path);
    if (!model) return model.error();
    auto sizes = askedSizes(*model, with);
    if (!sizes) return sizes.error();
    Result<onnx::Network> read = onnx::networkOf(*model, choicesFor(*model, with, *sizes));
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
    network.remarks = std::move(sizes->remarks);
    std::ranges::move(read->remarks, std::back_inserter(network.remarks));
    return network;
}

}  // namespace vitrine
