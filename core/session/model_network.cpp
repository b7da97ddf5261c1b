// SPDX-License-Identifier: Apache-2.0
// Choices from arrays, and names from the file.
#include "core/session/model_network.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/graph/names.h"
#include "core/onnx/network.h"
#include "core/session/declared_arrays.h"
#include "core/session/model_classes.h"
#include "core/session/new_project.h"
#include "core/session/open_extents.h"
#include "core/session/suitable_sizes.h"

namespace vitrine {

namespace {

/// Larger arrays say nothing about shapes.
constexpr int64_t mostShapeNumbers = 4096;

/// Without arrays inputs take batches; with them everything follows from those, numbers included.
onnx::Choices choicesFor(const std::vector<NamedTensor>& arrays, const AskedSizes& sizes) {
    onnx::Choices choices;
    choices.trainsSingleNumbers = true;
    choices.followsSizes = false;
    choices.followsBatch = arrays.empty();
    choices.symbols = sizes.extents;
    for (const NamedTensor& array : arrays) {
        choices.shapes.emplace(array.name, array.data->shape);
        if (array.data->shape.elements() <= mostShapeNumbers)
            choices.numbers.emplace(array.name, array.data);
    }
    return choices;
}

/// `with height=45, width=67, the size of 'p.png'`
std::string givenSizes(const AskedWith& with, const AskedSizes& sizes) {
    if (sizes.extents.empty()) return {};
    std::string text = " with " + sizesText(sizes.extents);
    if (!sizes.remarks.empty())
        text += ", the size of " + vitrine::quoted(with.pictures.front().path);
    return text;
}

/// What was given is at fault where other sizes suit the model.
Error refusedNodes(const onnx::Model& model, const onnx::Network& network, const AskedWith& with,
                   const AskedSizes& sizes) {
    const onnx::Refused& first = network.refused.front();
    const size_t others = network.refused.size() - 1;
    std::string message = fmt::format("{} cannot be computed{}: {}", vitrine::quoted(model.path),
                                      givenSizes(with, sizes), first.message);
    if (others > 0) message += fmt::format(" (and {} more)", countOf(others, "node"));
    const ChosenExtents suitable =
        sizes.extents.empty() ? ChosenExtents() : suitableSizes(model, sizes.extents);
    return {first.code,
            message,
            {},
            "Nothing was computed.",
            suitable.empty()
                ? "Import it: the rest opens, and what is not known stays as a placeholder."
                : fmt::format("Ask it with another size: {} suits it.", sizesText(suitable))};
}

}  // namespace

Result<ForeignNetwork> networkOfModel(const std::string& path, const AskedWith& with) {
    Result<onnx::Model> model = onnx::readModel(path);
    if (!model) return model.error();
    giveShapes(*model, with.sizes);
    const auto arrays = shapeArrays(askedInputs(*model), with.arrays);
    if (!arrays) return arrays.error();
    auto sizes = askedSizes(*model, with);
    if (!sizes) return sizes.error();
    onnx::Choices choices = choicesFor(*arrays, *sizes);
    choices.turnsPictures = !with.pictures.empty();
    if (arrays->empty()) VITRINE_TRY(checkChosen(*model, sizes->extents));
    Result<onnx::Network> read = onnx::networkOf(*model, choices);
    if (!read) return read.error();
    if (!read->refused.empty()) return refusedNodes(*model, *read, with, *sizes);

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
    const auto asked = askedInputs(*model);
    for (const onnx::ValueInfo& input : model->graph->inputs) {
        network.declaredInputs.emplace_back(input.name);
        if (std::ranges::find(asked, &input) == asked.end())
            network.filledInputs.emplace_back(input.name);
    }
    for (const onnx::Entry& entry : model->metadata)
        network.metadata.emplace_back(entry.key, entry.value);
    if (auto normalisation = normalisationOfModel(*model)) {
        network.project.data.normalisation = std::move(*normalisation);
        network.saysPixels = true;
    }
    network.floatType = read->floatType;
    network.isForeign = true;
    network.remarks = std::move(sizes->remarks);
    std::ranges::move(read->remarks, std::back_inserter(network.remarks));
    return network;
}

}  // namespace vitrine
