// SPDX-License-Identifier: Apache-2.0
// Reads run.json beside weights. What cannot be read has no names.
#include "core/session/class_names.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/session/run_settings.h"

namespace vitrine {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr size_t mostKept = 10000;

/// Class 3 is called '3' where nobody has named it.
bool areNamed(const std::vector<std::string>& classes) {
    for (size_t i = 0; i < classes.size(); ++i)
        if (classes[i] != std::to_string(i)) return true;
    return false;
}

/// Null where there is none.
Json settingsBeside(const std::string& weights) {
    const fs::path folder = fs::path(weights).parent_path();
    for (const fs::path& place : {folder, folder / ".."}) {
        const std::string file = (place / "run.json").string();
        std::error_code failure;
        if (!fs::is_regular_file(file, failure)) continue;
        const auto bytes = readFile(file);
        if (!bytes) return {};
        auto settings =
            RunSettings::parse({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, file);
        return settings ? settings->json() : Json();
    }
    return {};
}

/// Only texts; empty where that is something else.
std::vector<std::string> namesIn(const Json& classes, const std::string& column) {
    std::vector<std::string> names;
    if (!classes.is_object() || !classes.contains(column) || !classes[column].is_array())
        return names;
    for (const Json& name : classes[column])
        names.push_back(name.is_string() ? name.get<std::string>() : std::string());
    return names;
}

Error otherName(const Column& column, size_t place, const std::vector<std::string>& trained) {
    const auto called = [place](const std::vector<std::string>& names) {
        return place < names.size() ? fmt::format("'{}'", printable(names[place], 40))
                                    : std::string("none");
    };
    return {"U17",
            fmt::format("class {} of column '{}' is {} in these data, and was {} where the weights "
                        "were trained",
                        place, printable(column.name, 40), called(column.classes), called(trained)),
            {},
            "It was measured by the classes' numbers.",
            "Measure on data with the same classes in the same order."};
}

}  // namespace

Json classNamesOf(const std::vector<Column>& columns) {
    Json names = Json::object();
    for (const Column& column : columns)
        if (column.classes.size() <= mostKept && areNamed(column.classes))
            names[column.name] = column.classes;
    return names;
}

std::vector<std::string> trainedClassNames(const std::string& weights, const std::string& column) {
    const Json settings = settingsBeside(weights);
    if (!settings.is_object() || !settings.contains("classes")) return {};
    return namesIn(settings["classes"], column);
}

std::vector<Error> otherClassNames(const std::string& weights, const std::vector<Column>& columns) {
    std::vector<Error> remarks;
    const Json settings = settingsBeside(weights);
    if (!settings.is_object() || !settings.contains("classes")) return remarks;
    for (const Column& column : columns) {
        const std::vector<std::string> trained = namesIn(settings["classes"], column.name);
        if (trained.empty() || !areNamed(column.classes) || trained == column.classes) continue;
        const auto [mine, theirs] = std::ranges::mismatch(column.classes, trained);
        remarks.push_back(
            otherName(column, static_cast<size_t>(mine - column.classes.begin()), trained));
    }
    return remarks;
}

}  // namespace vitrine
