// SPDX-License-Identifier: Apache-2.0
// Field schema: what a setting of an operator, optimiser, schedule or data format is called, which
// values it takes, and the values themselves. One schema feeds forms, files, checks and help.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

enum class FieldType : uint8_t {
    Int,       ///< int64_t
    IntTuple,  ///< `count` int64_t, one for each axis: height, width
    IntList,   ///< any number of int64_t
    Real,      ///< double
    Bool,
    Choice,  ///< one of `choices`, held as std::string
    Text,
};

/// Whether a node of the graph shows a field, and how.
enum class OnNode : uint8_t {
    Nowhere,
    Value,  ///< `5×5`: it says what the node is
    Named,  ///< `stride 2×2`, where it is not the usual
    Count   ///< `10 classes`
};

/// One setting. A literal type, so that descriptors can be constinit.
struct FieldSpec {
    std::string_view id;     ///< snake_case, the same in files, forms and tests
    std::string_view title;  ///< for people
    FieldType type = FieldType::Int;
    int count = 1;                      ///< IntTuple
    bool isSided = false;               ///< IntTuple: or twice as many, before and after each axis
    bool isAddition = false;            ///< see addition()
    bool isElementType = false;         ///< Choice: of numbers, by their names
    double defaultNumber = 0;           ///< Int, IntTuple (all), Real, Bool
    std::string_view defaultText = {};  ///< Choice, Text; IntList as "1,2,3"
    double minimum = 0;                 ///< inclusive, for Int, IntTuple, IntList, Real
    double maximum = 0;                 ///< inclusive; both 0: any finite number
    std::string_view unit = {};
    std::string_view help;
    std::span<const std::string_view> choices = {};
    OnNode onNode = OnNode::Nowhere;
};

/// A field that something had not from its start: where it holds its default it is not written, so
/// that files and fingerprints of what was made before stay as they are.
constexpr FieldSpec addition(FieldSpec field) {
    field.isAddition = true;
    return field;
}

using FieldValue = std::variant<int64_t, double, bool, std::string, std::vector<int64_t>>;

/// Values for a list of FieldSpecs, in their order. Fields that were not set hold their default.
class Attrs {
  public:
    Attrs() = default;
    /// All defaults. `specs` must outlive this (descriptors are static).
    explicit Attrs(std::span<const FieldSpec> specs);

    /// Sets a field after checking type and range. Errors: "P11" naming field, value and allowed
    /// range. A whole number is taken for a Real, and for all of an IntTuple.
    Result<void> set(std::string_view id, FieldValue value);
    /// Sets without naming an error: for code that builds programs. Stops on an unknown field or a
    /// wrong type.
    Attrs& with(std::string_view id, FieldValue value);

    bool has(std::string_view id) const;
    const FieldValue& get(std::string_view id) const;
    int64_t integer(std::string_view id) const;
    double real(std::string_view id) const;
    bool flag(std::string_view id) const;
    const std::string& text(std::string_view id) const;
    /// IntList or IntTuple.
    const std::vector<int64_t>& list(std::string_view id) const;

    /// Whether a field is an addition that holds its default.
    bool isLeftOut(size_t index) const;

    std::span<const FieldSpec> specs() const { return m_specs; }
    const std::vector<FieldValue>& values() const { return m_values; }
    bool operator==(const Attrs& other) const { return m_values == other.m_values; }

  private:
    int indexOf(std::string_view id) const;
    std::span<const FieldSpec> m_specs;
    std::vector<FieldValue> m_values;
};

/// `3`, `0.5`, `true`, `relu`, `5,5`: the form that `tape`, `ops` and graph text use.
std::string fieldText(const FieldValue& value);
/// Reads the form of fieldText for one field. Errors: "P11".
Result<FieldValue> fieldFromText(const FieldSpec& spec, std::string_view text);

}  // namespace vitrine
