// SPDX-License-Identifier: Apache-2.0
// What a field is called, what it takes, and what it usually is.
#include "core/cli/field_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vitrine::cli {

namespace {

const char* text(const FieldSpec& field) {
    switch (field.type) {
        case FieldType::Int:
            return "integer";
        case FieldType::IntTuple:
            if (field.isSided)
                return "integers: one for each axis, or those before and those after";
            return field.count == 1   ? "integer"
                   : field.count == 2 ? "pair of integers"
                                      : "three integers";
        case FieldType::IntList:
            return "integers";
        case FieldType::Real:
            return "number";
        case FieldType::Bool:
            return "true or false";
        case FieldType::Choice:
            return "choice";
        case FieldType::Text:
            return "text";
    }
    return "?";
}

bool hasRange(const FieldSpec& field) {
    return field.type == FieldType::Int || field.type == FieldType::IntTuple ||
           field.type == FieldType::IntList || field.type == FieldType::Real;
}

std::string usualOf(const FieldSpec& field) {
    return fieldText(Attrs(std::span(&field, 1)).get(field.id));
}

}  // namespace

std::string fieldHelp(const FieldSpec& field) {
    std::string line = fmt::format("      {} = {}  ({}", field.id, usualOf(field), text(field));
    if (hasRange(field)) line += fmt::format(", {} to {}", field.minimum, field.maximum);
    if (!field.choices.empty()) line += fmt::format(": {}", fmt::join(field.choices, ", "));
    if (!field.unit.empty()) line += fmt::format(", {}", field.unit);
    return line + fmt::format(")  {}\n", field.help);
}

nlohmann::ordered_json fieldJson(const FieldSpec& field) {
    nlohmann::ordered_json json{{"id", field.id},
                                {"title", field.title},
                                {"type", text(field)},
                                {"default", usualOf(field)},
                                {"help", field.help}};
    if (hasRange(field)) {
        json["minimum"] = field.minimum;
        json["maximum"] = field.maximum;
    }
    if (!field.choices.empty()) json["choices"] = field.choices;
    if (!field.unit.empty()) json["unit"] = field.unit;
    return json;
}

}  // namespace vitrine::cli
