// SPDX-License-Identifier: Apache-2.0
// Reads and writes the section.
#include "core/io/project_model.h"

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/io/model_marks.h"
#include "core/io/project_path.h"

namespace vitrine {

namespace {

constexpr size_t mostClasses = 100'000, mostModels = 1000, longestClass = 200;

Error wrong(std::string what) { return {"P11", std::move(what), {}, {}, {}}; }

Result<void> checkList(const Json& list, std::string_view path, size_t most) {
    if (list.is_array() && list.size() <= most) return {};
    return wrong(fmt::format("'{}' is no list of at most {} entries", path, most));
}

Result<void> readMark(const Json& value, std::vector<ModelMark>& marks) {
    Result<JsonObject> object = JsonObject::of(value, "model.files");
    if (!object) return object.error();
    Result<std::string> file = object->text("file"), mark = object->text("mark");
    if (!file) return file.error();
    if (!mark) return mark.error();
    VITRINE_TRY(checkDataFolder(*file));
    const Result<const Json*> tensors = object->need("tensors");
    if (!tensors) return tensors.error();
    if (!(*tensors)->is_number_unsigned())
        return wrong("'tensors' in 'model.files' is no whole number");
    marks.push_back({std::move(*file), std::move(*mark), (*tensors)->get<int64_t>()});
    return object->finish();
}

}  // namespace

Json modelToJson(const Project& project) {
    Json json = Json::object();
    if (!project.classes.empty()) json["classes"] = project.classes;
    for (const ModelMark& mark : marksToKeep(project)) {
        const auto stored = storedFolder(mark.file, project.file);
        json["files"].push_back({{"file", stored ? *stored : mark.file},
                                 {"mark", mark.mark},
                                 {"tensors", mark.tensors}});
    }
    return json;
}

Result<void> readModelSection(const Json& value, Project& project) {
    Result<JsonObject> section = JsonObject::of(value, "model");
    if (!section) return section.error();
    if (const Json* classes = section->find("classes")) {
        VITRINE_TRY(checkList(*classes, "model.classes", mostClasses));
        for (const Json& name : *classes) {
            if (!name.is_string()) return wrong("'model.classes' has an entry that is no text");
            project.classes.push_back(printable(name.get<std::string>(), longestClass));
        }
    }
    if (const Json* files = section->find("files")) {
        VITRINE_TRY(checkList(*files, "model.files", mostModels));
        for (const Json& entry : *files) VITRINE_TRY(readMark(entry, project.models));
    }
    return section->finish();
}

}  // namespace vitrine
