// SPDX-License-Identifier: Apache-2.0
// Writing a project file. Keys stand in a fixed order and all fields are named, so that a file
// means the same when a later version has other defaults.
#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/io/graph_json.h"
#include "core/io/json_fields.h"
#include "core/io/json_line.h"
#include "core/io/project.h"
#include "core/io/project_model.h"

namespace vitrine {

namespace {

/// `"key": [`, one entry a line, `]`.
template <class List, class ToJson>
std::string listText(std::string_view key, const List& list, ToJson toJson) {
    std::string text = fmt::format("    \"{}\": [", key);
    const char* separator = "\n";
    for (const auto& entry : list) {
        text += fmt::format("{}      {}", separator, jsonLine(toJson(entry)));
        separator = ",\n";
    }
    return text + (list.empty() ? "]" : "\n    ]");
}

/// A section with one member a line.
std::string sectionText(std::string_view key, const Json& members) {
    std::string text = fmt::format("  \"{}\": {{", key);
    const char* separator = "\n";
    for (const auto& [name, value] : members.items()) {
        text += fmt::format("{}    \"{}\": {}", separator, name, jsonLine(value));
        separator = ",\n";
    }
    return text + "\n  }";
}

Json chosenJson(const ChosenThing& chosen) {
    return {{"id", chosen.id}, {"fields", attrsToJson(chosen.attrs)}};
}

Json perChannelJson(const PerChannel& numbers) {
    if (numbers.isOne()) return numbers.at(0);
    return std::vector(numbers.numbers().begin(), numbers.numbers().end());
}

Json dataJson(const DataSettings& data) {
    Json json = {{"format", data.format}};
    json["fields"] = Json::object();
    for (const DataSettings::Field& field : data.fields)
        json["fields"][field.id] = fieldToJson(field.value);
    if (!data.folder.empty()) json["folder"] = data.folder;
    json["mean"] = perChannelJson(data.normalisation.mean);
    json["std"] = perChannelJson(data.normalisation.std);
    for (const ChosenThing& one : data.trainingTransforms)
        json["training_transforms"].push_back(chosenJson(one));
    for (const ChosenThing& one : data.evaluationTransforms)
        json["evaluation_transforms"].push_back(chosenJson(one));
    if (data.sampling != Sampling::EachOnce) json["sampling"] = samplingId(data.sampling);
    for (const DataChange& change : data.changes) {
        Json entry = {{"example", change.example}};
        if (!change.label.empty()) entry["label"] = change.label;
        if (change.isExcluded) entry["excluded"] = true;
        json["changes"].push_back(std::move(entry));
    }
    return json;
}

Json trainingJson(const TrainingSettings& training) {
    Json json = {{"epochs", training.epochs},
                 {"batch", training.batch},
                 {"seed", training.seed},
                 {"lr", training.learningRate},
                 {"optimizer", chosenJson(training.optimizer)},
                 {"schedule", chosenJson(training.schedule)},
                 {"clip_norm", training.clipNorm}};
    if (training.clipping != Clipping::Norm) json["clip_by"] = clippingId(training.clipping);
    if (training.accumulate != 1) json["accumulate"] = training.accumulate;
    if (training.recompute != Recompute::None) json["recompute"] = recomputeId(training.recompute);
    if (training.recompute == Recompute::Budget) json["memory_budget"] = training.memoryBudget;
    for (const ChosenThing& extra : training.extras) json["extras"].push_back(chosenJson(extra));
    for (const Attrs& group : training.groups) json["groups"].push_back(attrsToJson(group));
    if (training.stopping != Attrs(stoppingFields))
        json["stopping"] = attrsToJson(training.stopping);
    if (!training.metrics) return json;
    json["metrics"] = Json::array();
    for (const MetricChoice& one : *training.metrics)
        json["metrics"].push_back({{"metric", one.metric}, {"loss", one.loss}});
    return json;
}

Json goalsJson(const std::vector<Goal>& goals) {
    Json json = Json::object();
    for (const Goal& goal : goals) json["test_" + goal.metric] = goal.value;
    return json;
}

bool isControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::vector<DataSettings::Field> dataFields(const Attrs& attrs) {
    std::vector<DataSettings::Field> fields;
    for (size_t i = 0; i < attrs.values().size(); ++i)
        fields.push_back({std::string(attrs.specs()[i].id), attrs.values()[i]});
    return fields;
}

bool isProjectName(std::string_view name) {
    return !name.empty() && name.size() <= Project::longestName && isUtf8(name) &&
           std::none_of(name.begin(), name.end(), [](char c) { return isControl(c) || c == '/'; });
}

std::string projectNameFor(std::string_view fileName) {
    std::string name(fileName.substr(0, Project::longestName));
    std::replace_if(
        name.begin(), name.end(), [](char c) { return isControl(c) || c == '/'; }, '_');
    while (!name.empty() && !isUtf8(name)) name.pop_back();
    return name.empty() ? "untitled" : name;
}

std::string projectText(const Project& project) {
    std::string text = "{\n  \"format\": \"vitrine-project\",\n";
    text += fmt::format("  \"version\": {},\n", Project::formatVersion);
    text += fmt::format("  \"name\": {},\n", jsonLine(project.name));
    text += fmt::format(
        "  \"graph\": {{\n{},\n{}{}\n  }},\n",
        listText("nodes",
                 nodesToJson(project.graph.nodes(), project.graph.edges(), project.unplaced),
                 std::identity()),
        listText("edges", project.graph.edges(), edgeToJson),
        project.graph.parameters().empty()
            ? ""
            : ",\n" + listText("parameters", parametersToJson(project.graph, project.file),
                               std::identity()));
    text += sectionText("data", dataJson(project.data)) + ",\n";
    text += sectionText("training", trainingJson(project.training));
    if (!project.goals.empty()) text += ",\n" + sectionText("goal", goalsJson(project.goals));
    if (const Json model = modelToJson(project); !model.empty())
        text += ",\n" + sectionText("model", model);
    return text + "\n}\n";
}

Result<void> saveProject(const Project& project, const std::string& file) {
    const std::string text = projectText(project);
    const auto size = static_cast<int64_t>(text.size());
    if (size <= Project::largestFile) return saveAtomically(file, std::string_view(text));
    return Error{"G06",
                 fmt::format("'{}' would have {}, and projects of at most {} are opened again",
                             printable(file), sizeText(size), sizeText(Project::largestFile)),
                 {{}, {}, file, 0},
                 "Nothing was saved.",
                 "Take a part of the network out, or shorten titles and texts."};
}

}  // namespace vitrine
