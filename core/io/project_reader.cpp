// SPDX-License-Identifier: Apache-2.0
// Reading a project file: section by section, each value checked where it stands.
#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/base/nearest_word.h"
#include "core/data/dataset.h"
#include "core/data/transform.h"
#include "core/graph/names.h"
#include "core/graph/parameter_use.h"
#include "core/io/graph_json.h"
#include "core/io/json_fields.h"
#include "core/io/model_marks.h"
#include "core/io/parameter_file.h"
#include "core/io/project.h"
#include "core/io/project_content.h"
#include "core/io/project_model.h"
#include "core/io/project_path.h"
#include "core/metrics/metric.h"
#include "core/optim/extra.h"
#include "core/optim/optimizer.h"

namespace vitrine {

namespace {

Error trouble(std::string code, std::string message) {
    return {std::move(code), std::move(message), {}, {}, {}};
}

/// An Error of something inside, with what it is inside of in front.
Error within(std::string_view place, Error error) {
    error.message = fmt::format("{}: {}", place, error.message);
    return error;
}

/// Fields of a reader that exists are checked and completed; others are kept as they stand.
Result<std::vector<DataSettings::Field>> readDataFields(std::string_view format,
                                                        const Json& value) {
    if (const DataFormatDescriptor* reader = findDataFormat(format)) {
        Attrs attrs(reader->fields);
        if (const Result<void> set = setFields(attrs, value); !set)
            return within(fmt::format("data format '{}'", format), set.error());
        return dataFields(attrs);
    }
    if (!value.is_object()) return trouble("P11", "'data.fields' is no object");
    std::vector<DataSettings::Field> fields;
    for (const auto& [id, entry] : value.items()) {
        Result<FieldValue> field = fieldFromJson(entry);
        if (!field)
            return within(fmt::format("'data.fields.{}'", printable(id, 60)), field.error());
        fields.push_back({id, std::move(field).value()});
    }
    return fields;
}

/// `{"id": "sgd", "fields": {…}}` of a registry. `path` of the value, and the key where it stands.
template <class Descriptor>
Result<ChosenThing> readChosen(const Json& value, const std::string& path, std::string_view key,
                               std::span<const Descriptor* const> all) {
    Result<JsonObject> object = JsonObject::of(value, path);
    if (!object) return object.error();
    const Result<std::string> id = object->text("id");
    if (!id) return id.error();

    std::vector<std::string_view> known;
    for (const Descriptor* descriptor : all) known.push_back(descriptor->id);
    const auto found = std::find(known.begin(), known.end(), *id);
    if (found == known.end()) {
        Error error = trouble("P11", fmt::format("'{}' is '{}', wanted one of {}", path,
                                                 printable(*id, 60), fmt::join(known, ", ")));
        error.place.field = key;
        return error;
    }
    const Descriptor& descriptor = *all[static_cast<size_t>(found - known.begin())];
    ChosenThing chosen{*id, Attrs(descriptor.fields)};
    const auto inside = [&](const Error& error) {
        return within(fmt::format("{} '{}'", key, *id), error);
    };
    if (const Json* fields = object->find("fields"))
        if (const Result<void> set = setFields(chosen.attrs, *fields); !set)
            return inside(set.error());
    if constexpr (requires { descriptor.check; })
        if (const Result<void> checked = checkFields(descriptor, chosen.attrs); !checked)
            return inside(checked.error());
    VITRINE_TRY(object->finish());
    return chosen;
}

template <class Descriptor>
Result<ChosenThing> readNeeded(JsonObject& training, std::string_view key,
                               std::span<const Descriptor* const> all) {
    const Result<const Json*> value = training.need(key);
    if (!value) return value.error();
    return readChosen(**value, training.pathOf(key), key, all);
}

/// The entries of a list of at most so many; none where it is missing.
Result<std::vector<Json>> readList(JsonObject& section, std::string_view key, size_t most) {
    const Json* value = section.find(key);
    if (!value) return std::vector<Json>();
    const std::string path = section.pathOf(key);
    if (!value->is_array()) return trouble("P11", fmt::format("'{}' is no list", path));
    if (value->size() > most)
        return trouble("P11", fmt::format("'{}' has {} entries, wanted at most {}", path,
                                          value->size(), most));
    return value->get<std::vector<Json>>();
}

Result<void> readTransforms(JsonObject& section, std::string_view key,
                            std::vector<ChosenThing>& transforms) {
    const Result<std::vector<Json>> list = readList(section, key, DataSettings::mostTransforms);
    if (!list) return list.error();
    for (const Json& entry : *list) {
        Result<ChosenThing> one = readChosen(entry, section.pathOf(key), key, allTransforms());
        if (!one) return one.error();
        transforms.push_back(std::move(one).value());
    }
    return {};
}

Result<void> readSampling(JsonObject& section, DataSettings& data) {
    if (!section.find("sampling")) return {};
    const Result<std::string> id = section.text("sampling");
    if (!id) return id.error();
    for (const Sampling sampling : {Sampling::EachOnce, Sampling::Balanced})
        if (*id == samplingId(sampling)) {
            data.sampling = sampling;
            return {};
        }
    return trouble("P11", fmt::format("'{}' is '{}', wanted each_once or balanced",
                                      section.pathOf("sampling"), printable(*id, 60)));
}

Result<DataChange> readChange(const Json& entry, const std::string& path) {
    Result<JsonObject> object = JsonObject::of(entry, path);
    if (!object) return object.error();
    DataChange change;
    Result<std::string> example = object->text("example");
    if (!example) return example.error();
    change.example = std::move(example).value();
    if (object->find("label")) {
        Result<std::string> label = object->text("label");
        if (!label) return label.error();
        change.label = std::move(label).value();
    }
    if (const Json* excluded = object->find("excluded")) {
        if (!excluded->is_boolean())
            return trouble("P11",
                           fmt::format("'excluded' in '{}' is neither true nor false", path));
        change.isExcluded = excluded->get<bool>();
    }
    VITRINE_TRY(object->finish());
    return change;
}

/// One of each example.
Result<void> readChanges(JsonObject& section, std::vector<DataChange>& changes) {
    const Result<std::vector<Json>> list = readList(section, "changes", DataSettings::mostChanges);
    if (!list) return list.error();
    std::set<std::string> seen;
    for (const Json& entry : *list) {
        Result<DataChange> change = readChange(entry, section.pathOf("changes"));
        if (!change) return change.error();
        if (!seen.insert(change->example).second)
            return trouble("P11", fmt::format("'{}' has '{}' twice", section.pathOf("changes"),
                                              printable(change->example, 60)));
        changes.push_back(std::move(change).value());
    }
    return {};
}

/// A number, or a list of numbers.
Result<void> readPerChannel(JsonObject& section, const RealSetting& setting, PerChannel& numbers) {
    const Json* given = section.find(setting.id);
    if (!given || !given->is_array()) {
        const Result<double> one = section.setting(setting, numbers.at(0));
        if (!one) return one.error();
        numbers = *one;
        return {};
    }
    const Result<std::vector<Json>> list = readList(section, setting.id, PerChannel::most);
    if (!list) return list.error();
    std::vector<double> each;
    for (const Json& entry : *list) {
        if (!entry.is_number()) return settingError(setting, printable(entry.dump(), 60));
        const Result<double> checked = checkSetting(setting, entry.get<double>());
        if (!checked) return checked.error();
        each.push_back(*checked);
    }
    if (each.empty()) return settingError(setting, "[]");
    numbers = PerChannel(std::move(each));
    return {};
}

Result<DataSettings> readData(const Json& value) {
    Result<JsonObject> section = JsonObject::of(value, "data");
    if (!section) return section.error();
    DataSettings data;
    Result<std::string> format = section->text("format");
    if (!format) return format.error();
    data.format = std::move(format).value();

    const Json none = Json::object();
    const Json* given = section->find("fields");
    Result<std::vector<DataSettings::Field>> fields =
        readDataFields(data.format, given ? *given : none);
    if (!fields) return fields.error();
    data.fields = std::move(fields).value();

    if (section->find("folder")) {
        Result<std::string> folder = section->text("folder");
        if (!folder) return folder.error();
        VITRINE_TRY(checkDataFolder(*folder));
        data.folder = std::move(folder).value();
    }
    VITRINE_TRY(readPerChannel(*section, meanSetting, data.normalisation.mean));
    VITRINE_TRY(readPerChannel(*section, stdSetting, data.normalisation.std));
    VITRINE_TRY(readTransforms(*section, "training_transforms", data.trainingTransforms));
    VITRINE_TRY(readTransforms(*section, "evaluation_transforms", data.evaluationTransforms));
    VITRINE_TRY(readSampling(*section, data));
    VITRINE_TRY(readChanges(*section, data.changes));
    VITRINE_TRY(section->finish());
    return data;
}

/// Each at most once, and one average at most.
Result<void> readExtras(JsonObject& section, TrainingSettings& training) {
    const Result<std::vector<Json>> list = readList(section, "extras", allExtras().size());
    if (!list) return list.error();
    std::vector<Extra> extras;
    for (const Json& entry : *list) {
        Result<ChosenThing> extra =
            readChosen(entry, section.pathOf("extras"), "extras", allExtras());
        if (!extra) return extra.error();
        extras.push_back({findExtra(extra->id), extra->attrs});
        const auto isSame = [&](const ChosenThing& other) { return other.id == extra->id; };
        if (std::ranges::any_of(training.extras, isSame))
            return trouble("P11",
                           fmt::format("'{}' has '{}' twice", section.pathOf("extras"), extra->id));
        training.extras.push_back(std::move(extra).value());
    }
    const Result<std::vector<Extra>> ordered = inOrder(std::move(extras));
    return ordered ? Result<void>{} : Result<void>(ordered.error());
}

Result<void> readGroups(JsonObject& section, TrainingSettings& training) {
    const Result<std::vector<Json>> list = readList(section, "groups", Project::mostGroups);
    if (!list) return list.error();
    for (const Json& entry : *list) {
        Attrs group(groupFields);
        Result<void> set = setFields(group, entry);
        if (set) set = checkGroup(group);
        if (!set)
            return within(fmt::format("group {} of parameters", training.groups.size() + 1),
                          set.error());
        training.groups.push_back(std::move(group));
    }
    return {};
}

Result<void> readNumbers(JsonObject& section, TrainingSettings& training) {
    for (const auto& [setting, member] : {std::pair(&epochsSetting, &TrainingSettings::epochs),
                                          {&batchSetting, &TrainingSettings::batch},
                                          {&accumulateSetting, &TrainingSettings::accumulate},
                                          {&seedSetting, &TrainingSettings::seed}}) {
        const Result<int64_t> value = section.setting(*setting, training.*member);
        if (!value) return value.error();
        training.*member = *value;
    }
    for (const auto& [setting, member] :
         {std::pair(&learningRateSetting, &TrainingSettings::learningRate),
          {&clipNormSetting, &TrainingSettings::clipNorm}}) {
        const Result<double> value = section.setting(*setting, training.*member);
        if (!value) return value.error();
        training.*member = *value;
    }
    return {};
}

/// A file of a program that made nothing again says nothing; it trains to the same bits.
Result<void> readRecompute(JsonObject& section, TrainingSettings& training) {
    if (!section.find("recompute")) return {};
    const Result<std::string> id = section.text("recompute");
    if (!id) return id.error();
    const RecomputeWords* words = findRecompute(*id);
    if (!words) {
        std::vector<std::string_view> known;
        for (const RecomputeWords& each : recomputeWords) known.push_back(each.id);
        Error error = trouble("P11", fmt::format("'training.recompute' is '{}', wanted one of {}",
                                                 printable(*id, 60), fmt::join(known, ", ")));
        error.place.field = "recompute";
        return error;
    }
    training.recompute = words->recompute;
    if (words->recompute != Recompute::Budget) return {};
    VITRINE_TRY(section.need(memoryBudgetSetting.id));
    const Result<int64_t> budget = section.setting(memoryBudgetSetting, int64_t{0});
    if (!budget) return budget.error();
    training.memoryBudget = *budget;
    return {};
}

/// Which way, where the file says one: a file without it is of a program that had one only.
Result<void> readClipping(JsonObject& section, TrainingSettings& training) {
    if (!section.find("clip_by")) return {};
    const Result<std::string> id = section.text("clip_by");
    if (!id) return id.error();
    if (const ClippingWords* words = findClipping(*id)) {
        training.clipping = words->clipping;
        return {};
    }
    std::vector<std::string_view> known;
    for (const ClippingWords& words : clippingWords) known.push_back(words.id);
    Error error = trouble("P11", fmt::format("'training.clip_by' is '{}', wanted one of {}",
                                             printable(*id, 60), fmt::join(known, ", ")));
    error.place.field = "clip_by";
    return error;
}

Error unknownMetric(const std::string& id) {
    std::vector<std::string_view> known;
    for (const MetricDescriptor* metric : allMetrics()) known.push_back(metric->id);
    Error error = trouble("P11", fmt::format("'training.metrics' has '{}', wanted one of {}",
                                             printable(id, 60), fmt::join(known, ", ")));
    error.place.field = "metrics";
    return error;
}

/// `[{"metric": "accuracy", "loss": "digit"}, …]`
Result<void> readMetrics(const Json& value, TrainingSettings& training) {
    if (!value.is_array()) return trouble("P11", "'training.metrics' is no list");
    if (value.size() > Project::mostMetrics)
        return trouble("P11", fmt::format("'training.metrics' has {} entries, wanted at most {}",
                                          value.size(), Project::mostMetrics));
    training.metrics.emplace();
    for (const Json& entry : value) {
        Result<JsonObject> object = JsonObject::of(entry, "training.metrics");
        if (!object) return object.error();
        const Result<std::string> metric = object->text("metric"), loss = object->text("loss");
        if (!metric) return metric.error();
        if (!loss) return loss.error();
        if (!findMetric(*metric)) return unknownMetric(*metric);
        VITRINE_TRY(checkNodeId(*loss));
        VITRINE_TRY(object->finish());
        training.metrics->push_back({*metric, *loss});
    }
    return {};
}

Result<TrainingSettings> readTraining(const Json& value) {
    Result<JsonObject> section = JsonObject::of(value, "training");
    if (!section) return section.error();
    TrainingSettings training;
    VITRINE_TRY(readNumbers(*section, training));
    VITRINE_TRY(readClipping(*section, training));
    VITRINE_TRY(readRecompute(*section, training));
    Result<ChosenThing> optimizer = readNeeded(*section, "optimizer", allOptimizers());
    if (!optimizer) return optimizer.error();
    Result<ChosenThing> schedule = readNeeded(*section, "schedule", allSchedules());
    if (!schedule) return schedule.error();
    training.optimizer = std::move(optimizer).value();
    training.schedule = std::move(schedule).value();
    VITRINE_TRY(readExtras(*section, training));
    VITRINE_TRY(readGroups(*section, training));
    if (const Json* stopping = section->find("stopping"))
        if (const Result<void> set = setFields(training.stopping, *stopping); !set)
            return within("stopping", set.error());
    if (const Json* metrics = section->find("metrics"))
        VITRINE_TRY(readMetrics(*metrics, training));
    VITRINE_TRY(section->finish());
    return training;
}

Result<void> readGoal(const Json& value, Project& project) {
    Result<JsonObject> section = JsonObject::of(value, "goal");
    if (!section) return section.error();
    constexpr std::string_view prefix = "test_";
    for (const auto& [key, number] : value.items()) {
        if (!key.starts_with(prefix) || key.size() == prefix.size()) continue;  // finish() tells
        const bool isShare = key == testAccuracySetting.id;
        const Result<double> wanted = isShare ? section->setting(testAccuracySetting, 0)
                                              : section->setting(goalSetting(key), 0);
        if (!wanted) return wanted.error();
        project.goals.push_back({key.substr(prefix.size()), *wanted});
    }
    return section->finish();
}

/// Before anything else: is it a project, and one that this program knows?
Result<void> checkHeader(JsonObject& root) {
    const Json* format = root.find("format");
    if (!format || *format != "vitrine-project")
        return trouble("P01",
                       "this is not a Vitrine project: it does not begin with \"format\": "
                       "\"vitrine-project\"");
    const Json* version = root.find("version");
    if (!version || !version->is_number_integer() || version->get<int64_t>() < 1)
        return trouble("P01", "'version' is missing or no whole number from 1");
    if (version->get<int64_t>() <= Project::formatVersion) return {};
    Error error = trouble("P03", fmt::format("made by a newer program: version {}, this program "
                                             "knows up to {}",
                                             version->dump(), Project::formatVersion));
    error.next = "Open it with a newer Vitrine.";
    return error;
}

Result<std::string> readName(JsonObject& root) {
    Result<std::string> name = root.text("name");
    if (!name) return name;
    if (isProjectName(*name)) return name;
    Error error = trouble("U10", fmt::format("name is '{}', wanted 1 to {} bytes without '/'",
                                             printable(*name, 60), Project::longestName));
    error.place.field = "name";
    return error;
}

/// Version 1 had no entries: a name that ports shared was enough.
Result<void> addEntries(Graph& graph) {
    for (Parameter& entry : missingEntries(graph)) VITRINE_TRY(graph.putParameter(entry.id, entry));
    return {};
}

Result<Project> readProject(const Json& json) {
    Result<JsonObject> root = JsonObject::of(json, {});
    if (!root) return root.error();
    VITRINE_TRY(checkHeader(*root));
    Project project;
    Result<std::string> name = readName(*root);
    if (!name) return name.error();
    project.name = std::move(name).value();

    const Result<const Json*> graph = root->need("graph"), data = root->need("data"),
                              training = root->need("training");
    for (const Result<const Json*>* section : {&graph, &data, &training})
        if (!*section) return section->error();
    Result<Graph> graphOk = graphFromJson(**graph);
    if (!graphOk) return graphOk.error();
    project.graph = std::move(graphOk).value();
    if (json.at("version") == 1) VITRINE_TRY(addEntries(project.graph));
    project.unplaced = unplacedNodes(**graph);
    Result<DataSettings> dataOk = readData(**data);
    if (!dataOk) return dataOk.error();
    project.data = std::move(dataOk).value();
    Result<TrainingSettings> trainingOk = readTraining(**training);
    if (!trainingOk) return trainingOk.error();
    project.training = std::move(trainingOk).value();
    if (const Json* goal = root->find("goal")) VITRINE_TRY(readGoal(*goal, project));
    if (const Json* model = root->find("model")) VITRINE_TRY(readModelSection(*model, project));
    VITRINE_TRY(root->finish());
    return project;
}

}  // namespace

Result<Project> projectFromText(std::string_view text) {
    const JsonLimits limits{.entries = {{"graph.nodes", Graph::maxNodes},
                                        {"graph.edges", Graph::maxEdges},
                                        {"graph.parameters", Graph::maxNodes}}};
    const Result<Json> json = readJson(text, limits);
    if (!json) return json.error();
    return readProject(*json);
}

Result<Project> loadProject(const std::string& path) {
    Result<Project> project = loadProjectWithoutNumbers(path);
    if (project) readNumbersOfFiles(project->graph, project->file);
    return project;
}

Result<Project> loadProjectWithoutNumbers(const std::string& path) {
    const Result<std::string> file = projectFile(path);
    if (!file) return file.error();
    const Result<std::vector<std::byte>> bytes = readFile(*file, {.bytes = Project::largestFile});
    if (!bytes) return bytes.error();
    VITRINE_TRY(checkContent(*file, *bytes));
    Result<Project> project =
        projectFromText({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    if (project) {
        project->file = *file;
        nameFiles(project->graph, *file);
        nameModels(*project);
        return project;
    }
    Error error = within(fmt::format("'{}'", printable(*file)), project.error());
    error.place.file = *file;
    if (error.kept.empty()) error.kept = "Nothing was opened.";
    if (error.next.empty())
        error.next = "Correct it in the file, or take an older copy of the project.";
    return error;
}

}  // namespace vitrine
