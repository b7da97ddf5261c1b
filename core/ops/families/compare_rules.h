// SPDX-License-Identifier: Apache-2.0
// What comparisons and logic have in common: two operands that repeat, and a result of bool.
#pragma once

#include "core/ops/families/pointwise_rules.h"

namespace vitrine::compare {

/// Bools, in the shape that the operands repeat to.
inline Result<std::vector<ValueShape>> shapes(const Attrs& attrs, std::span<const ValueShape> in) {
    auto result = pointwise::shapes(attrs, in);
    (*result)[0].dtype = DType::Bool;
    return result;
}

template <kernels::Relation relation>
kernels::Problem problem(const OpQuery&) {
    return kernels::Compare{relation};
}

constexpr PortSpec repeated(std::string_view id, std::string_view title, DTypes types,
                            std::string_view help) {
    PortSpec port = pointwise::repeated(id, title, help);
    port.types = types;
    return port;
}
inline constexpr PortSpec inputs[] = {
    repeated("a", "First", everyType,
             "First operand; repeats along axes of extent 1, or that it has not."),
    repeated("b", "Second", everyType, "Second operand, of the same type; repeats likewise.")};
inline constexpr PortSpec logicInputs[] = {
    repeated("a", "First", DType::Bool,
             "First operand; repeats along axes of extent 1, or that it has not."),
    repeated("b", "Second", DType::Bool, "Second operand; repeats likewise.")};
inline constexpr PortSpec notInputs[] = {
    repeated("x", "Input", DType::Bool, "What is true or false.")};
inline constexpr PortSpec outputs[] = {{.id = "y",
                                        .title = "Output",
                                        .types = DType::Bool,
                                        .hasOwnType = true,
                                        .pattern = "[S…]",
                                        .help = "True or false for each element."}};

inline constexpr OpSample samples[] = {{"", "3x5 3x5"},          {"", "2x3x4 3x1"},
                                       {"", "scalar 2x3"},       {"", "17x2:u8<3 17x2:u8<3"},
                                       {"", "9<4 3x9<4"},        {"", "5:i64<3 5:i64<3"},
                                       {"", "6:bool<2 6:bool<2"}};
inline constexpr OpErrorSample errors[] = {
    {"", "2x3 2x4", "b needs extents that repeat to [2, 3], got [2, 4]"},
    {"", "2x3 2x3:i64", "b needs f32 like a, got i64"}};
inline constexpr OpSample logicSamples[] = {{"", "3x5:bool<2 3x5:bool<2"},
                                            {"", "2x3x4:bool<2 3x1:bool<2"},
                                            {"", "scalar:bool<2 2x3:bool<2"}};
inline constexpr OpErrorSample logicErrors[] = {
    {"", "2:bool 3:bool", "b needs extents that repeat to [2], got [3]"},
    {"", "3 3", "a needs bool, got f32"}};
inline constexpr OpSample notSamples[] = {
    {"", "3x5:bool<2"}, {"", "2x3x4x5:bool<2"}, {"", "scalar:bool<2"}};
inline constexpr OpErrorSample notErrors[] = {{"", "3", "x needs bool, got f32"},
                                              {"", "3<2", "x needs bool, got i32"}};

}  // namespace vitrine::compare
