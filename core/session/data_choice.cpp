// SPDX-License-Identifier: Apache-2.0
// Asks each format that lies in a folder whether it is there.
#include "core/session/data_choice.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "core/base/file.h"
#include "core/data/dataset.h"
#include "core/data/pictures/picture_listing.h"
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

/// The settings for `path` with the fields of the first format that recognises it, the one that
/// they have now before others; none: `known` says what each looks for.
std::optional<DataSettings> recognised(const std::string& path, const DataSettings& now,
                                       std::string& known) {
    std::error_code failure;
    const bool isFile = !fs::is_directory(path, failure);
    const auto fits = [&](const DataFormatDescriptor& format, Attrs attrs) {
        DataSettings settings = now;
        const bool isIt =
            format.recognise && (format.takesFile || !isFile) && format.recognise(path, attrs);
        if (!isIt) return std::optional<DataSettings>();
        settings.format = format.id;
        settings.fields = dataFields(attrs);
        return std::optional(settings);
    };
    if (const DataFormatDescriptor* present = findDataFormat(now.format)) {
        Attrs attrs(present->fields);
        bool isWhole = true;
        for (const DataSettings::Field& field : now.fields)
            isWhole = isWhole && attrs.set(field.id, field.value).ok();
        if (isWhole)
            if (auto settings = fits(*present, attrs)) return settings;
    }
    for (const DataFormatDescriptor* format : allDataFormats()) {
        if (auto settings = fits(*format, Attrs(format->fields))) return settings;
        if (format->recognise)
            known += fmt::format("{}{}", known.empty() ? "" : ", ", format->title);
    }
    return {};
}

/// What a file is called says which format finds out what is wrong with it.
std::optional<DataSettings> byEnding(const std::string& path, const DataSettings& now) {
    constexpr std::pair<std::string_view, std::string_view> formats[] = {
        {".npz", "npy"},   {".npy", "npy"}, {".csv", "table"},
        {".tsv", "table"}, {".h5", "hdf5"}, {".hdf5", "hdf5"}};
    std::error_code failure;
    if (!fs::is_regular_file(path, failure)) return {};
    const std::string ending = fs::path(path).extension().string();
    for (const auto& [known, format] : formats) {
        const DataFormatDescriptor* found = findDataFormat(format);
        if (ending != known || !found) continue;
        DataSettings settings = now;
        settings.format = format;
        settings.fields = dataFields(Attrs(found->fields));
        return settings;
    }
    return {};
}

bool takesPictures(const DataSettings& settings) {
    const DataFormatDescriptor* format = findDataFormat(settings.format);
    return format && Attrs(format->fields).has("fit");
}

/// A picture, or a folder with one.
bool holdsPictures(const std::string& path) {
    std::error_code failure;
    if (!fs::is_directory(path, failure)) return isPictureName(path);
    for (fs::directory_iterator at(path, failure), end; !failure && at != end;
         at.increment(failure))
        if (isPictureName(at->path().filename().string())) return true;
    return false;
}

Error withoutClasses(const std::string& path) {
    std::error_code failure;
    const bool isFolder = fs::is_directory(path, failure);
    return notThere(path,
                    isFolder ? "holds pictures, and no folder for each class of them"
                             : "is one picture, wanted a folder of them",
                    "Choose the folder in which each class is a folder of pictures.");
}

}  // namespace

Result<DataSettings> dataIn(const std::string& path, const Project& project) {
    std::error_code failure;
    if (!fs::exists(path, failure))
        return notThere(path, "was not found", "Choose the file or folder of the data.");
    std::string known, none;
    std::string found = path;
    std::optional<DataSettings> settings = recognised(path, project.data, known);
    if (!settings) settings = byEnding(path, project.data);
    // A file may be one of several that lie together.
    if (!settings && !fs::is_directory(path, failure)) {
        found = fs::path(path).parent_path().string();
        settings = recognised(found, project.data, none);
        // Arrays and tables that happen to lie beside a picture are not what was chosen.
        if (settings && isPictureName(path) && !takesPictures(*settings)) settings.reset();
    }
    if (!settings && holdsPictures(path)) return withoutClasses(path);
    if (!settings)
        return notThere(path, "holds no data that this program reads; it reads " + known,
                        "Choose the folder that the files themselves lie in. A public set belongs "
                        "there unpacked, under the names that its files come with.");
    auto stored = storedFolder(found, project.file);
    if (!stored) return stored.error();
    // Changes of examples are of those in the folder that was.
    if (settings->folder != *stored) settings->changes.clear();
    settings->folder = std::move(*stored);
    return *std::move(settings);
}

Result<std::vector<DataSettings>> dataChoices(const std::string& path, const Project& project) {
    auto first = dataIn(path, project);
    if (!first) return first.error();
    const std::string place = resolvedFolder(first->folder, project.file);
    std::error_code failure;
    const bool isFile = !fs::is_directory(place, failure);
    std::vector<DataSettings> choices{*first};
    for (const DataFormatDescriptor* format : allDataFormats()) {
        Attrs attrs(format->fields);
        if (format->id == first->format || !format->recognise || (isFile && !format->takesFile) ||
            !format->recognise(place, attrs))
            continue;
        choices.push_back(*first);
        choices.back().format = format->id;
        choices.back().fields = dataFields(attrs);
    }
    return choices;
}

}  // namespace vitrine
