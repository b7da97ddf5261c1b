// SPDX-License-Identifier: Apache-2.0
// Between JSON and typed values.
#include "core/io/json_fields.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/nearest_word.h"

namespace vitrine {

namespace {

std::string valueText(const Json& value) {
    return printable(value.dump(-1, ' ', false, Json::error_handler_t::replace), 60);
}

/// A whole number that int64_t holds.
bool isWhole(const Json& value) {
    if (value.is_number_unsigned()) return value.get<uint64_t>() <= uint64_t{INT64_MAX};
    return value.is_number_integer();
}

Error wrongValue(std::string message, std::string_view field) {
    Error error{"P11", std::move(message), {}, {}, {}};
    error.place.field = field;
    return error;
}

/// What settings say, about a file: its code, its place.
Error inFile(Error error, const std::string& path) {
    error.message = path + error.message.substr(error.place.field.size());
    error.code = "P11";
    error.kept.clear();
    return error;
}

}  // namespace

Json fieldToJson(const FieldValue& value) {
    return std::visit([](const auto& held) { return Json(held); }, value);
}

Result<FieldValue> fieldFromJson(const Json& value) {
    if (value.is_boolean()) return FieldValue(value.get<bool>());
    if (value.is_string()) return FieldValue(value.get<std::string>());
    if (isWhole(value)) return FieldValue(value.get<int64_t>());
    if (value.is_number()) return FieldValue(value.get<double>());
    const bool isList =
        value.is_array() &&
        std::all_of(value.begin(), value.end(), [](const Json& entry) { return isWhole(entry); });
    if (isList) return FieldValue(value.get<std::vector<int64_t>>());
    return wrongValue(fmt::format("{} is not a value, wanted a number, text, true, false or a list "
                                  "of whole numbers",
                                  valueText(value)),
                      {});
}

Json attrsToJson(const Attrs& attrs) {
    Json object = Json::object();
    for (size_t i = 0; i < attrs.values().size(); ++i)
        if (!attrs.isLeftOut(i))
            object[std::string(attrs.specs()[i].id)] = fieldToJson(attrs.values()[i]);
    return object;
}

Result<void> setFields(Attrs& attrs, const Json& object) {
    if (!object.is_object())
        return wrongValue(
            fmt::format("fields are {}, wanted {{\"field\": value, …}}", valueText(object)), {});
    for (const auto& [key, value] : object.items()) {
        Result<FieldValue> read = fieldFromJson(value);
        if (!read)
            return wrongValue(
                fmt::format("field '{}': {}", printable(key, 60), read.error().message), key);
        VITRINE_TRY(attrs.set(key, std::move(read).value()));
    }
    return {};
}

Result<JsonObject> JsonObject::of(const Json& value, std::string path) {
    if (value.is_object()) return JsonObject(value, std::move(path));
    return Error{"P01",
                 fmt::format("'{}' is {}, wanted an object", path.empty() ? "the file" : path,
                             valueText(value)),
                 {},
                 {},
                 {}};
}

std::string JsonObject::pathOf(std::string_view key) const {
    return m_path.empty() ? std::string(key) : fmt::format("{}.{}", m_path, key);
}

const Json* JsonObject::find(std::string_view key) {
    m_asked.emplace(key);
    const auto entry = m_object->find(std::string(key));
    return entry == m_object->end() ? nullptr : &*entry;
}

Result<const Json*> JsonObject::need(std::string_view key) {
    const Json* value = find(key);
    if (value) return value;
    return Error{"P01", fmt::format("'{}' is missing", pathOf(key)), {}, {}, {}};
}

Result<std::string> JsonObject::text(std::string_view key) {
    const Result<const Json*> value = need(key);
    if (!value) return value.error();
    if ((*value)->is_string()) return (*value)->get<std::string>();
    return wrongValue(fmt::format("'{}' is {}, wanted text", pathOf(key), valueText(**value)), key);
}

Result<int64_t> JsonObject::setting(const WholeSetting& setting, int64_t fallback) {
    const Json* value = find(setting.id);
    if (!value) return fallback;
    if (!isWhole(*value))
        return inFile(settingError(setting, valueText(*value)), pathOf(setting.id));
    const Result<int64_t> checked = checkSetting(setting, value->get<int64_t>());
    if (!checked) return inFile(checked.error(), pathOf(setting.id));
    return checked;
}

Result<double> JsonObject::setting(const RealSetting& setting, double fallback) {
    const Json* value = find(setting.id);
    if (!value) return fallback;
    if (!value->is_number())
        return inFile(settingError(setting, valueText(*value)), pathOf(setting.id));
    const Result<double> checked = checkSetting(setting, value->get<double>());
    if (!checked) return inFile(checked.error(), pathOf(setting.id));
    return checked;
}

Result<void> JsonObject::finish() const {
    for (const auto& [key, value] : m_object->items()) {
        if (m_asked.contains(key)) continue;
        const std::vector<std::string_view> known(m_asked.begin(), m_asked.end());
        return wrongValue(
            fmt::format("'{}' is unknown{}", pathOf(printable(key, 60)), didYouMean(key, known)),
            key);
    }
    return {};
}

}  // namespace vitrine
