// SPDX-License-Identifier: Apache-2.0
// Writing C++.
#include "core/cpp_export/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string_view>

namespace vitrine::cpp_export {

std::string typeName(DType dtype) {
    switch (dtype) {
        case DType::F32:
            return "float";
        case DType::F64:
            return "double";
        case DType::Bool:
            return "bool";
        default:
            if (!isInteger(dtype)) return {};
            const bool isSigned = dtype <= DType::I64;
            return fmt::format("std::{}int{}_t", isSigned ? "" : "u", bitsOf(dtype));
    }
}

Result<void> needPlainType(DType dtype) {
    if (!typeName(dtype).empty()) return {};
    return Error{"E01",
                 fmt::format("plain C++ has no numbers of type {}", name(dtype)),
                 {},
                 "Nothing was written.",
                 {}};
}

std::string number(int64_t value) { return fmt::format("{}", value); }

namespace {

std::string realText(double value, bool isFloat) {
    const std::string type = isFloat ? "float" : "double";
    if (std::isnan(value)) return "std::numeric_limits<" + type + ">::quiet_NaN()";
    if (std::isinf(value))
        return (value < 0 ? "-std::numeric_limits<" : "std::numeric_limits<") + type +
               ">::infinity()";
    std::string text =
        isFloat ? fmt::format("{}", static_cast<float>(value)) : fmt::format("{}", value);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return isFloat ? text + "f" : text;
}

std::string wholeText(double value, DType dtype) {
    if (dtype == DType::Bool) return value != 0 ? "true" : "false";
    const int64_t whole = std::abs(value) < 0x1p62 ? static_cast<int64_t>(value) : 0;
    return fmt::format("static_cast<{}>({})", typeName(dtype), whole);
}

}  // namespace

std::string literal(double value, DType dtype) {
    const bool isFloat = dtype == DType::F32;
    return isFloat || dtype == DType::F64 ? realText(value, isFloat) : wholeText(value, dtype);
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
    return fmt::format("{}", fmt::join(parts, between));
}

std::string braced(const std::vector<std::string>& parts) { return "{" + joined(parts) + "}"; }

std::string call(const std::string& function, const std::vector<std::string>& arguments) {
    return function + "(" + joined(arguments) + ");";
}

std::string lambda(const std::vector<Variable>& parameters,
                   const std::vector<std::string>& statements) {
    std::vector<std::string> declared;
    for (const Variable& parameter : parameters)
        declared.push_back(parameter.type + " " + parameter.name);
    return "[](" + joined(declared) + ") { " + joined(statements, " ") + " }";
}

std::string WalkText::text() const {
    std::vector<std::string> rows;
    for (const auto& row : steps) rows.push_back(fmt::format("{{{}}}", fmt::join(row, ", ")));
    return fmt::format("{{{}, {{{}}}, {}}}", extents.size(), fmt::join(extents, ", "),
                       braced(rows));
}

WalkText walkOver(const std::vector<ArrayView>& arrays) {
    const ArrayView& first = arrays.front();
    std::vector<int> axes;
    for (int axis = 0; axis < first.shape.rank(); ++axis)
        if (first.shape[axis] != 1) axes.push_back(axis);
    std::ranges::stable_sort(axes, std::ranges::greater{},
                             [&](int axis) { return std::abs(first.strides[axis]); });
    WalkText walk;
    walk.steps.resize(arrays.size());
    for (const int axis : axes) {
        const int64_t extent = first.shape[axis];
        const auto continues = [&](size_t k) {
            return walk.steps[k].back() == extent * arrays[k].strides[axis];
        };
        bool isOne = !walk.extents.empty();
        for (size_t k = 0; isOne && k < arrays.size(); ++k) isOne = continues(k);
        if (isOne) {
            walk.extents.back() *= extent;
            for (size_t k = 0; k < arrays.size(); ++k)
                walk.steps[k].back() = arrays[k].strides[axis];
            continue;
        }
        walk.extents.push_back(extent);
        for (size_t k = 0; k < arrays.size(); ++k) walk.steps[k].push_back(arrays[k].strides[axis]);
    }
    if (!walk.extents.empty()) return walk;
    walk.extents = {1};
    for (auto& steps : walk.steps) steps = {1};
    return walk;
}

std::string mapCall(const std::vector<ArrayView>& arrays, const std::string& function,
                    const std::vector<std::string>& pointers) {
    const WalkText walk = walkOver(arrays);
    std::vector<std::string> inner, arguments{walk.text(), function};
    for (const auto& steps : walk.steps) inner.push_back(number(steps.back()));
    arguments.insert(arguments.end(), pointers.begin(), pointers.end());
    return call("map<" + joined(inner) + ">", arguments);
}

namespace {

/// The language's own, those of the exported files, and functions of the C library that a namespace
/// may not be called after.
const std::set<std::string_view>& takenWords() {
    static const std::set<std::string_view> taken = {
        "alignas",  "alignof",   "and",       "and_eq",    "asm",          "auto",      "bitand",
        "bitor",    "bool",      "break",     "case",      "catch",        "char",      "class",
        "compl",    "concept",   "const",     "consteval", "constexpr",    "constinit", "continue",
        "co_await", "co_return", "co_yield",  "decltype",  "default",      "delete",    "do",
        "double",   "else",      "enum",      "explicit",  "export",       "extern",    "false",
        "float",    "for",       "friend",    "goto",      "if",           "inline",    "int",
        "long",     "mutable",   "namespace", "new",       "noexcept",     "not",       "not_eq",
        "nullptr",  "operator",  "or",        "or_eq",     "private",      "protected", "public",
        "register", "requires",  "return",    "short",     "signed",       "sizeof",    "static",
        "struct",   "switch",    "template",  "this",      "thread_local", "throw",     "true",
        "try",      "typedef",   "typeid",    "typename",  "union",        "unsigned",  "using",
        "virtual",  "void",      "volatile",  "wchar_t",   "while",        "xor",       "xor_eq",
        "kernels",  "std",       "main",      "arena",     "weights",      "network",   "inputs",
        "outputs",  "classes",   "mean",      "deviation", "abs",          "acos",      "asin",
        "atan",     "bsearch",   "cbrt",      "ceil",      "clock",        "cos",       "cosh",
        "div",      "erf",       "exit",      "exp",       "exp2",         "fabs",      "floor",
        "fma",      "fmax",      "fmin",      "gamma",     "hypot",        "index",     "j0",
        "j1",       "jn",        "labs",      "lgamma",    "linux",        "log",       "log2",
        "pow",      "printf",    "puts",      "raise",     "rand",         "random",    "remove",
        "rename",   "rindex",    "round",     "select",    "signal",       "sin",       "sinh",
        "sqrt",     "system",    "tan",       "tanh",      "time",         "trunc",     "unix",
        "y0",       "y1",        "yn"};
    return taken;
}

}  // namespace

std::string identifierFor(const std::string& name) {
    std::string text;
    for (const char c : name) {
        const bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool isDigit = c >= '0' && c <= '9';
        if (isLetter || (isDigit && !text.empty()))
            text += c;
        else if (isDigit)
            text += std::string("n") + c;
        else if (!text.empty() && text.back() != '_')
            text += '_';
    }
    while (text.ends_with('_')) text.pop_back();
    if (text.empty()) text = "value";
    return takenWords().contains(text) || text.starts_with("m_") ? text + "_" : text;
}

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            result += {'\\', c};
        else if (byte < 0x20 || byte > 0x7e || c == '?')
            result += fmt::format("\\{:03o}", byte);
        else
            result += c;
    }
    return result + "\"";
}

}  // namespace vitrine::cpp_export
