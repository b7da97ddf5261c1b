// SPDX-License-Identifier: Apache-2.0
// From a project's data section to a Dataset.
#include "core/io/project_data.h"

#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"

namespace vitrine {

namespace {

Error dataError(std::string message, std::string next) {
    return {"P05", std::move(message), {}, "The project itself is good.", std::move(next)};
}

Error noReader(std::string_view format) {
    std::vector<std::string_view> known;
    for (const DataFormatDescriptor* reader : allDataFormats()) known.push_back(reader->id);
    return dataError(fmt::format("the data are in format '{}', and this program has no reader of "
                                 "that name yet; it reads {}",
                                 printable(format, 60), fmt::join(known, ", ")),
                     "Choose a project whose data are in one of these formats.");
}

}  // namespace

Result<Dataset> openProjectData(const Project& project, DataRequest request) {
    const DataFormatDescriptor* reader = findDataFormat(project.data.format);
    if (!reader) return noReader(project.data.format);
    Attrs attrs(reader->fields);
    for (const DataSettings::Field& field : project.data.fields)
        VITRINE_TRY(attrs.set(field.id, field.value));
    if (request.folder.empty() && !project.data.folder.empty())
        request.folder =
            (std::filesystem::path(project.file).parent_path() / project.data.folder).string();
    if (reader->needsFolder && request.folder.empty())
        return dataError(fmt::format("data of format '{}' lie in a folder, and none is named",
                                     project.data.format),
                         "Name it with --data.");
    return reader->open(attrs, request);
}

}  // namespace vitrine
