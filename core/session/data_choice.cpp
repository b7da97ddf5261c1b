// SPDX-License-Identifier: Apache-2.0
// Asks each format that lies in a folder for its files by name.
#include "core/session/data_choice.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/base/file.h"
#include "core/data/dataset.h"
#include "core/data/idx/idx_files.h"
#include "core/io/project_data.h"
#include "core/io/project_path.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

/// The first file that is missing, by the name that was looked for; empty: all are there.
std::string missingFile(const std::string& folder, const Attrs& attrs) {
    for (const FieldSpec& field : attrs.specs())
        if (field.type == FieldType::Text && !findIdxFile(folder, attrs.text(field.id)))
            return attrs.text(field.id);
    return {};
}

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
    std::string lookedFor;
    const auto holds = [&](const DataFormatDescriptor& format, const Attrs& attrs) {
        const std::string missing = missingFile(folder, attrs);
        if (!missing.empty())
            lookedFor = fmt::format("{} looks for '{}'", format.title, printable(missing, 60));
        return missing.empty();
    };
    if (const DataFormatDescriptor* now = findDataFormat(settings.format);
        now && now->needsFolder) {
        Attrs attrs(now->fields);
        bool isWhole = true;
        for (const DataSettings::Field& field : settings.fields)
            isWhole = isWhole && attrs.set(field.id, field.value).ok();
        if (isWhole && holds(*now, attrs)) return settings;
    }
    for (const DataFormatDescriptor* format : allDataFormats()) {
        if (!format->needsFolder) continue;
        const Attrs attrs(format->fields);
        if (!holds(*format, attrs)) continue;
        settings.format = format->id;
        settings.fields = dataFields(attrs);
        return settings;
    }
    return notThere(folder, "holds no images that this program reads; " + lookedFor,
                    "Choose the folder that the files themselves lie in.");
}

}  // namespace vitrine
