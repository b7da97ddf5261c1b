// SPDX-License-Identifier: Apache-2.0
// Words of parameters, and what they must be.
#include "core/graph/parameter.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/sha256.h"
#include "core/graph/names.h"

namespace vitrine {

namespace {

constexpr std::array<std::string_view, 4> kindNames{"trained", "frozen", "statistic", "constant"};
constexpr std::array<std::string_view, 6> initNames{
    "zeros", "ones", "kaiming_uniform", "kaiming_normal", "xavier_uniform", "xavier_normal"};

template <class Kind, size_t count>
std::optional<Kind> kindOf(std::string_view word, const std::array<std::string_view, count>& all) {
    const auto found = std::ranges::find(all, word);
    if (found == all.end()) return {};
    return static_cast<Kind>(found - all.begin());
}

Error parameterError(const Parameter& parameter, std::string_view message, std::string_view next) {
    return {"P11",
            fmt::format("parameter {}: {}", quoted(parameter.id), message),
            {},
            "Nothing was changed.",
            std::string(next)};
}

bool isStateType(DType type) {
    return type == DType::F32 || type == DType::F64 || type == DType::I32 || type == DType::I64;
}

}  // namespace

std::string_view name(ParameterKind kind) { return kindNames[static_cast<size_t>(kind)]; }
std::optional<ParameterKind> parameterKind(std::string_view word) {
    return kindOf<ParameterKind>(word, kindNames);
}
std::string_view name(InitKind kind) { return initNames[static_cast<size_t>(kind)]; }
std::optional<InitKind> initKind(std::string_view word) {
    return kindOf<InitKind>(word, initNames);
}

bool Parameter::operator==(const Parameter& other) const {
    return id == other.id && kind == other.kind && type == other.type && init == other.init &&
           digest == other.digest && file == other.file && trouble == other.trouble;
}

Parameter withData(Parameter parameter, std::shared_ptr<const TensorData> data) {
    parameter.type = ValueShape{data->shape, data->dtype};
    parameter.digest = sha256Hex(data->bytes);
    parameter.data = std::move(data);
    parameter.trouble.clear();
    return parameter;
}

Result<void> checkParameter(const Parameter& parameter) {
    VITRINE_TRY(checkParameterId(parameter.id));
    const auto refuse = [&](std::string_view message, std::string_view next) {
        return parameterError(parameter, message, next);
    };
    if (parameter.type) {
        const DType dtype = parameter.type->dtype;
        if (!isStateType(dtype))
            return refuse(fmt::format("it is of type {}, wanted f32, f64, i32 or i64", name(dtype)),
                          "Give its numbers in one of these types.");
        if (parameter.kind == ParameterKind::Trained && !isFloat(dtype))
            return refuse(fmt::format("it is trained and of type {}", name(dtype)),
                          "Whole numbers cannot follow a gradient: make it a constant.");
        if (std::ranges::any_of(parameter.type->shape.dims(), [](int64_t n) { return n < 1; }) ||
            checkedElements(parameter.type->shape.dims()) < 0)
            return refuse(fmt::format("its shape is {}", parameter.type->shape.text()),
                          "Every extent is at least 1.");
    }
    if (parameter.kind == ParameterKind::Constant && !parameter.data && !parameter.file)
        return refuse("a constant without numbers", "Give it numbers, or choose another kind.");
    if (parameter.data && !parameter.file && parameter.data->shape.elements() > mostValuesInProject)
        return refuse(fmt::format("{} numbers, of which a project's file holds at most {}",
                                  fmt::group_digits(parameter.data->shape.elements()),
                                  fmt::group_digits(mostValuesInProject)),
                      "Put them into a safetensors file and name that.");
    return {};
}

std::string parameterEssence(const Parameter& parameter) {
    std::string text(name(parameter.kind));
    if (parameter.type)
        text += fmt::format(" {} {}", name(parameter.type->dtype), parameter.type->shape.text());
    if (parameter.init && !parameter.data) text += fmt::format(" {}", name(*parameter.init));
    return text + " " + parameter.digest;
}

Init initOf(InitKind kind, const Shape& shape) {
    const int64_t out = shape.rank() > 0 ? shape[0] : 1;
    const int64_t in = shape.rank() > 1 ? shape.elements() / out : 1;
    const int64_t field = shape.rank() > 1 ? in / shape[1] : 1;
    return {kind, in, out * field};
}

}  // namespace vitrine
