// SPDX-License-Identifier: Apache-2.0
// Values of fields: defaults, checks of type and range, and the text form.
#include "core/base/field.h"

#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"

namespace vitrine {

namespace {

using IntList = std::vector<int64_t>;

/// A value as it may stand in a message.
std::string quoted(std::string_view text) { return fmt::format("'{}'", printable(text, 60)); }

bool hasRange(const FieldSpec& spec) { return spec.minimum != 0 || spec.maximum != 0; }

bool inRange(const FieldSpec& spec, double value) {
    return !hasRange(spec) || (value >= spec.minimum && value <= spec.maximum);
}

/// `two whole numbers`, `three or six whole numbers`.
std::string tupleText(const FieldSpec& spec) {
    constexpr std::string_view words[] = {"no", "one", "two", "three", "four", "five", "six"};
    const auto word = [&](int count) { return words[static_cast<size_t>(count)]; };
    if (spec.isSided)
        return fmt::format("{} or {} whole numbers", word(spec.count), word(2 * spec.count));
    return spec.count == 1 ? "a whole number" : fmt::format("{} whole numbers", word(spec.count));
}

std::string kindText(const FieldSpec& spec) {
    switch (spec.type) {
        case FieldType::Int:
            return "a whole number";
        case FieldType::IntTuple:
            return tupleText(spec);
        case FieldType::IntList:
            return "whole numbers";
        case FieldType::Real:
            return "a number";
        case FieldType::Bool:
            return "true or false";
        case FieldType::Choice:
            return "one of ";
        case FieldType::Text:
            return "text";
    }
    return "";
}

std::string wantedText(const FieldSpec& spec) {
    std::string wanted = kindText(spec);
    if (spec.type == FieldType::Choice)
        wanted += fmt::format("{}", fmt::join(spec.choices, ", "));
    else if (hasRange(spec))
        wanted += fmt::format(" from {} to {}", fieldText(spec.minimum), fieldText(spec.maximum));
    return wanted;
}

Error fieldError(const FieldSpec& spec, std::string_view found) {
    Error error{"P11",
                fmt::format("field '{}' is {}, wanted {}", spec.id, found, wantedText(spec)),
                {},
                {},
                {}};
    error.place.field = spec.id;
    return error;
}

/// Reads the whole of `text` as one number, or nothing.
template <class T>
std::optional<T> number(std::string_view text) {
    T value{};
    const char* end = text.data() + text.size();
    const auto [stop, trouble] = std::from_chars(text.data(), end, value);
    if (trouble != std::errc{} || stop != end) return std::nullopt;
    return value;
}

std::optional<IntList> numbers(std::string_view text) {
    IntList list;
    while (!text.empty()) {
        const size_t comma = text.find(',');
        const auto value = number<int64_t>(text.substr(0, comma));
        if (!value) return std::nullopt;
        list.push_back(*value);
        if (comma == std::string_view::npos) return list;
        text.remove_prefix(comma + 1);
        if (text.empty()) return std::nullopt;  // a comma at the end
    }
    return list;
}

FieldValue defaultOf(const FieldSpec& spec) {
    const auto whole = static_cast<int64_t>(spec.defaultNumber);
    switch (spec.type) {
        case FieldType::Int:
            return whole;
        case FieldType::IntTuple:
            return IntList(static_cast<size_t>(spec.count), whole);
        case FieldType::IntList: {
            const std::optional<IntList> list = numbers(spec.defaultText);
            VITRINE_CHECK(list, "a default list must read as whole numbers");
            return *list;
        }
        case FieldType::Real:
            return spec.defaultNumber;
        case FieldType::Bool:
            return spec.defaultNumber != 0;
        case FieldType::Choice:
        case FieldType::Text:
            return std::string(spec.defaultText);
    }
    return whole;
}

/// A whole number may stand for a real one, and for several equal ones.
FieldValue widened(const FieldSpec& spec, FieldValue value) {
    if (const int64_t* whole = std::get_if<int64_t>(&value)) {
        if (spec.type == FieldType::Real) return static_cast<double>(*whole);
        if (spec.type == FieldType::IntTuple)
            return IntList(static_cast<size_t>(spec.count), *whole);
    }
    return value;
}

bool isTuple(const FieldSpec& spec, const FieldValue& value) {
    const IntList* list = std::get_if<IntList>(&value);
    if (!list) return false;
    const auto count = static_cast<size_t>(spec.count);
    return list->size() == count || (spec.isSided && list->size() == 2 * count);
}

bool hasType(const FieldSpec& spec, const FieldValue& value) {
    switch (spec.type) {
        case FieldType::Int:
            return std::holds_alternative<int64_t>(value);
        case FieldType::IntTuple:
            return isTuple(spec, value);
        case FieldType::IntList:
            return std::holds_alternative<IntList>(value);
        case FieldType::Real:
            return std::holds_alternative<double>(value);
        case FieldType::Bool:
            return std::holds_alternative<bool>(value);
        case FieldType::Choice:
        case FieldType::Text:
            return std::holds_alternative<std::string>(value);
    }
    return false;
}

bool isAllowed(const FieldSpec& spec, const FieldValue& value) {
    if (const int64_t* whole = std::get_if<int64_t>(&value))
        return inRange(spec, static_cast<double>(*whole));
    if (const double* real = std::get_if<double>(&value))
        return std::isfinite(*real) && inRange(spec, *real);
    if (const IntList* list = std::get_if<IntList>(&value)) {
        for (int64_t entry : *list)
            if (!inRange(spec, static_cast<double>(entry))) return false;
        return true;
    }
    if (spec.type != FieldType::Choice) return true;
    for (std::string_view choice : spec.choices)
        if (choice == std::get<std::string>(value)) return true;
    return false;
}

}  // namespace

Attrs::Attrs(std::span<const FieldSpec> specs) : m_specs(specs) {
    m_values.reserve(specs.size());
    for (const FieldSpec& spec : specs) m_values.push_back(defaultOf(spec));
}

int Attrs::indexOf(std::string_view id) const {
    for (size_t i = 0; i < m_specs.size(); ++i)
        if (m_specs[i].id == id) return static_cast<int>(i);
    return -1;
}

bool Attrs::has(std::string_view id) const { return indexOf(id) >= 0; }

Result<void> Attrs::set(std::string_view id, FieldValue value) {
    const int index = indexOf(id);
    if (index < 0) {
        std::vector<std::string_view> known;
        for (const FieldSpec& spec : m_specs) known.push_back(spec.id);
        Error error{"P11",
                    known.empty() ? fmt::format("field {} is unknown, there are none", quoted(id))
                                  : fmt::format("field {} is unknown, wanted one of {}", quoted(id),
                                                fmt::join(known, ", ")),
                    {},
                    {},
                    {}};
        error.place.field = id;
        return error;
    }
    const FieldSpec& spec = m_specs[static_cast<size_t>(index)];
    value = widened(spec, std::move(value));
    if (!hasType(spec, value) || !isAllowed(spec, value))
        return fieldError(spec, quoted(fieldText(value)));
    m_values[static_cast<size_t>(index)] = std::move(value);
    return {};
}

Attrs& Attrs::with(std::string_view id, FieldValue value) {
    const int index = indexOf(id);
    VITRINE_CHECK(index >= 0, std::string(id).c_str());
    const FieldSpec& spec = m_specs[static_cast<size_t>(index)];
    value = widened(spec, std::move(value));
    VITRINE_CHECK(hasType(spec, value), std::string(id).c_str());
    m_values[static_cast<size_t>(index)] = std::move(value);
    return *this;
}

const FieldValue& Attrs::get(std::string_view id) const {
    const int index = indexOf(id);
    VITRINE_CHECK(index >= 0, std::string(id).c_str());
    return m_values[static_cast<size_t>(index)];
}

bool Attrs::isLeftOut(size_t index) const {
    const FieldSpec& spec = m_specs[index];
    return spec.isAddition && m_values[index] == defaultOf(spec);
}

int64_t Attrs::integer(std::string_view id) const { return std::get<int64_t>(get(id)); }
double Attrs::real(std::string_view id) const { return std::get<double>(get(id)); }
bool Attrs::flag(std::string_view id) const { return std::get<bool>(get(id)); }
const std::string& Attrs::text(std::string_view id) const { return std::get<std::string>(get(id)); }
const std::vector<int64_t>& Attrs::list(std::string_view id) const {
    return std::get<IntList>(get(id));
}

std::string fieldText(const FieldValue& value) {
    if (const auto* whole = std::get_if<int64_t>(&value)) return fmt::format("{}", *whole);
    if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* list = std::get_if<IntList>(&value))
        return fmt::format("{}", fmt::join(*list, ","));
    return std::get<std::string>(value);
}

Result<FieldValue> fieldFromText(const FieldSpec& spec, std::string_view text) {
    std::optional<FieldValue> value;
    switch (spec.type) {
        case FieldType::Int:
            value = number<int64_t>(text);
            break;
        case FieldType::IntTuple:
        case FieldType::IntList:
            value = numbers(text);
            if (value && spec.type == FieldType::IntTuple && std::get<IntList>(*value).size() == 1)
                value = widened(spec, std::get<IntList>(*value).front());
            break;
        case FieldType::Real:
            value = number<double>(text);
            break;
        case FieldType::Bool:
            if (text == "true" || text == "false") value = text == "true";
            break;
        case FieldType::Choice:
        case FieldType::Text:
            value = std::string(text);
            break;
    }
    if (!value || !hasType(spec, *value) || !isAllowed(spec, *value))
        return fieldError(spec, quoted(text));
    return *value;
}

}  // namespace vitrine
