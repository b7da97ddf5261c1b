// SPDX-License-Identifier: Apache-2.0
// Keys that other programs look for, with values that are JSON.
#include "core/session/export_metadata.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/graph/special_nodes.h"
#include "core/io/project_data.h"
#include "core/session/class_names.h"
#include "core/session/data_facts.h"

namespace vitrine {

namespace {

/// Those of drawn data, or of the folder where it is there.
std::vector<std::string> namesInData(const Project& project, const std::string& column) {
    if (project.data.folder.empty()) {
        const DataFacts facts = factsOf(project.data);
        const ColumnFacts* drawn = facts.find(column);
        return drawn ? drawn->column.classes : std::vector<std::string>();
    }
    const auto data = openRawData(project, {});
    const int at = data ? data->column(column) : -1;
    return at < 0 ? std::vector<std::string>() : data->columns[static_cast<size_t>(at)].classes;
}

std::string listOf(const PerChannel& numbers) {
    return fmt::format("[{}]", fmt::join(numbers.numbers(), ", "));
}

/// What becomes of a picture before its pixels are numbers.
void addFit(const DataSettings& data, std::vector<std::pair<std::string, std::string>>& entries) {
    std::vector<std::string> fit;
    for (const DataSettings::Field& field : data.fields)
        for (const std::string_view id : {"height", "width", "fit", "background"})
            if (field.id == id) fit.push_back(fmt::format("{}={}", id, fieldText(field.value)));
    if (!fit.empty()) entries.emplace_back("size", fmt::format("{}", fmt::join(fit, " ")));
    if (data.evaluationTransforms.empty()) return;
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const ChosenThing& transform : data.evaluationTransforms) {
        std::string text = transform.id;
        for (const FieldSpec& field : transform.attrs.specs())
            text += fmt::format(" {}={}", field.id, fieldText(transform.attrs.get(field.id)));
        list.push_back(std::move(text));
    }
    entries.emplace_back("transforms", list.dump());
}

/// The first input that takes pixels.
const Node* pictureInputOf(const Inference& network) {
    for (const NetworkInput& input : network.inputs())
        if (input.takesPixels && input.wish.shape.rank() == 3)
            return network.network().project.graph.find(input.node);
    return nullptr;
}

}  // namespace

std::vector<std::string> classNamesFor(const Inference& network, const InferenceOutput& output,
                                       const std::string& weights) {
    if (output.classColumn.empty()) return {};
    std::vector<std::string> names = trainedClassNames(weights, output.classColumn);
    if (names.empty()) names = namesInData(network.network().project, output.classColumn);
    return names;
}

std::vector<std::pair<std::string, std::string>> metadataOf(const Inference& network,
                                                            const std::string& weights) {
    if (network.network().isForeign) return network.network().metadata;
    std::vector<std::pair<std::string, std::string>> entries;
    for (const InferenceOutput& output : network.outputs()) {
        const std::vector<std::string> names = classNamesFor(network, output, weights);
        if (names.empty()) continue;
        entries.emplace_back("classes", nlohmann::ordered_json(names).dump());
        break;
    }
    const Node* picture = pictureInputOf(network);
    if (!picture) return entries;
    const Normalisation& normalisation = network.network().project.data.normalisation;
    const int64_t channels = picture->attrs.list("shape").front();
    entries.emplace_back("channels", channels == 1 ? "grey" : channels == 3 ? "RGB" : "other");
    switch (scalingOf(*picture)) {
        case Scaling::Normalised:
            entries.emplace_back("mean", listOf(normalisation.mean));
            entries.emplace_back("std", listOf(normalisation.std));
            entries.emplace_back("preprocessing", "(pixel / 255 - mean) / std, channels first");
            break;
        case Scaling::Unit:
            entries.emplace_back("preprocessing", "pixel / 255, channels first");
            break;
        case Scaling::Raw:
            entries.emplace_back("preprocessing", "pixels from 0 to 255, channels first");
            break;
    }
    addFit(network.network().project.data, entries);
    return entries;
}

}  // namespace vitrine
