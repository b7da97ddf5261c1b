// SPDX-License-Identifier: Apache-2.0
// Values of fields as JSON, and objects whose every key is accounted for.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "core/base/field.h"
#include "core/io/json_reader.h"
#include "core/io/settings.h"

namespace vitrine {

Json fieldToJson(const FieldValue& value);
/// The value as it stands there, whatever field it is for. Errors: "P11" for null, objects and
/// lists of anything but whole numbers.
Result<FieldValue> fieldFromJson(const Json& value);

/// `{"kernel": [5, 5], …}`: all fields in the order of their schema.
Json attrsToJson(const Attrs& attrs);
/// Sets the fields that an object names. Errors: "P11" as Attrs::set.
Result<void> setFields(Attrs& attrs, const Json& object);

/// An object of a file that is read key by key; a key that nobody asked for is an error.
class JsonObject {
  public:
    /// `path` stands in messages: `training`. Errors: "P01" where it is no object.
    static Result<JsonObject> of(const Json& value, std::string path);

    /// Null where the key is missing.
    const Json* find(std::string_view key);
    /// Errors: "P01" where the key is missing.
    Result<const Json*> need(std::string_view key);
    /// Errors: "P01" (missing), "P11" (no text).
    Result<std::string> text(std::string_view key);
    /// `fallback` where the key is missing. Errors: "P11" with the setting's words.
    Result<int64_t> setting(const WholeSetting& setting, int64_t fallback);
    Result<double> setting(const RealSetting& setting, double fallback);
    /// Errors: "P11" for keys that were never asked for.
    Result<void> finish() const;

    std::string pathOf(std::string_view key) const;

  private:
    JsonObject(const Json& object, std::string path) : m_object(&object), m_path(std::move(path)) {}
    const Json* m_object;
    std::string m_path;
    std::set<std::string, std::less<>> m_asked;
};

}  // namespace vitrine
