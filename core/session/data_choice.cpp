// SPDX-License-Identifier: Apache-2.0
// Asks each format that lies in a folder whether it is there.
#include "core/session/data_choice.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/base/file.h"
#include "core/data/dataset.h"
#include "core/io/project_data.h"
#include "core/io/project_path.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

Error notThere(const std::string& folder, std::string why, std::string next) {
    Error error{"G01",
                fmt::format("'{}' {}", printable(folder), why),
                {},
                "The data are as before.",
                std::move(next)};
    error.place = {{}, std::string(dataFolderField), folder, 0};
    return error;
}

}  // namespace

Result<DataSettings> dataIn(const std::string& folder, const Project& project) {
    std::error_code failure;
    if (!fs::is_directory(folder, failure))
        return notThere(folder, "is no folder", "Choose the folder that the files lie in.");
    auto stored = storedFolder(folder, project.file);
    if (!stored) return stored.error();
    DataSettings settings = project.data;
    settings.folder = std::move(*stored);
    if (const DataFormatDescriptor* now = findDataFormat(settings.format); now && now->recognise) {
        Attrs attrs(now->fields);
        bool isWhole = true;
        for (const DataSettings::Field& field : settings.fields)
            isWhole = isWhole && attrs.set(field.id, field.value).ok();
        if (isWhole && now->recognise(folder, attrs)) {
            settings.fields = dataFields(attrs);
            return settings;
        }
    }
    std::string known;
    for (const DataFormatDescriptor* format : allDataFormats()) {
        if (!format->recognise) continue;
        Attrs attrs(format->fields);
        if (format->recognise(folder, attrs)) {
            settings.format = format->id;
            settings.fields = dataFields(attrs);
            return settings;
        }
        known += fmt::format("{}{}: {}", known.empty() ? "" : " ", format->title, format->summary);
    }
    return notThere(folder, "holds no images that this program reads. " + known,
                    "Choose the folder that the files themselves lie in.");
}

}  // namespace vitrine
