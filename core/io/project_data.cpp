// SPDX-License-Identifier: Apache-2.0
// From a project's data section to a Dataset.
#include "core/io/project_data.h"

#include <filesystem>
#include <new>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/io/project_path.h"

namespace vitrine {

namespace fs = std::filesystem;

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

Error noneChosen() {
    Error error = dataError("no data are chosen yet",
                            "Choose data in the window, or name a format in the project's section "
                            "\"data\".");
    error.place.field = dataFolderField;
    return error;
}

/// Of the folder `folder`, where data should lie.
Error noFolder(const std::string& folder, std::string code, std::string_view why) {
    Error error = dataError(fmt::format("the data folder '{}' {}", printable(folder), why),
                            "Put the data there again, or name them with --data.");
    error.code = std::move(code);
    error.place = {{}, std::string(dataFolderField), folder, 0};
    return error;
}

/// The folder that was named does nothing.
Error notLookedAt(const std::string& folder, const DataFormatDescriptor& reader) {
    return {"P05",
            fmt::format("the data folder '{}' was not looked at: the project's data are '{}', "
                        "which are drawn and need no files",
                        printable(folder), reader.id),
            {},
            "The drawn data were taken.",
            "Choose another format in the project's section \"data\", or a folder in the window."};
}

/// Looks without opening: a pipe is not waited for.
Result<void> checkFolderIsThere(const std::string& folder, bool mayBeFile) {
    std::error_code trouble;
    const fs::file_status status = fs::status(folder, trouble);
    if (status.type() == fs::file_type::not_found) return noFolder(folder, "G01", "was not found");
    if (status.type() == fs::file_type::none)
        return noFolder(folder, "G12", "cannot be reached: " + trouble.message());
    if (mayBeFile && fs::is_regular_file(status)) return {};
    if (!fs::is_directory(status))
        return noFolder(folder, "G03",
                        mayBeFile ? "is neither a folder nor a file" : "is no folder");
    return {};
}

/// Readers ask before they take memory; what is refused all the same is no end of the program.
Result<Dataset> openedInMemory(const DataFormatDescriptor& reader, const Attrs& attrs,
                               const DataRequest& request) {
    try {
        return reader.open(attrs, request);
    } catch (const std::bad_alloc&) {
        return Error{"H02",
                     fmt::format("the data need more memory than the system gives; {} were free",
                                 sizeText(availableMemory())),
                     {},
                     "Nothing was imported.",
                     "Ask for less data, or close other programs."};
    }
}

/// Files that are missing there may be those of another folder.
Result<Dataset> opened(const DataFormatDescriptor& reader, const Attrs& attrs,
                       const DataRequest& request) {
    Result<Dataset> data = openedInMemory(reader, attrs, request);
    if (data || data.error().code != "G01") return data;
    Error error = data.error();
    error.place.field = dataFolderField;
    error.next = "Check the names in the project, or name the data's folder with --data.";
    return error;
}

}  // namespace

Result<Dataset> openRawData(const Project& project, DataRequest request) {
    if (project.data.format.empty()) return noneChosen();
    const DataFormatDescriptor* reader = findDataFormat(project.data.format);
    if (!reader) return noReader(project.data.format);
    Attrs attrs(reader->fields);
    for (const DataSettings::Field& field : project.data.fields)
        VITRINE_TRY(attrs.set(field.id, field.value));
    if (!reader->needsFolder) {
        Result<Dataset> data = openedInMemory(*reader, attrs, request);
        if (data && !request.folder.empty())
            data->remarks.push_back(notLookedAt(request.folder, *reader));
        return data;
    }
    if (request.folder.empty()) request.folder = resolvedFolder(project.data.folder, project.file);
    if (request.folder.empty()) {
        Error error = dataError(fmt::format("data of format '{}' lie in a folder, and none is "
                                            "named",
                                            project.data.format),
                                "Name it with --data.");
        error.place.field = dataFolderField;
        return error;
    }
    VITRINE_TRY(checkFolderIsThere(request.folder, reader->takesFile));
    return opened(*reader, attrs, request);
}

std::vector<Transform> transformsOf(std::span<const ChosenThing> list) {
    std::vector<Transform> transforms;
    for (const ChosenThing& one : list) transforms.push_back({findTransform(one.id), one.attrs});
    return transforms;
}

Result<Dataset> preparedData(const Dataset& raw, const DataSettings& settings) {
    Result<Dataset> data =
        prepared(changed(raw, settings.changes), transformsOf(settings.trainingTransforms),
                 transformsOf(settings.evaluationTransforms));
    if (data) data->sampling = settings.sampling;
    return data;
}

Result<Dataset> openProjectData(const Project& project, DataRequest request) {
    const Result<Dataset> raw = openRawData(project, std::move(request));
    if (!raw) return raw.error();
    return preparedData(*raw, project.data);
}

}  // namespace vitrine
