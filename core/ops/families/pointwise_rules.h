// SPDX-License-Identifier: Apache-2.0
// What operators that work element by element have in common, so that a new activation is its
// formula, its two derivative rules and its words.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::pointwise {

/// The result is like the first operand.
Result<std::vector<ValueShape>> shapes(const Attrs&, std::span<const ValueShape> in);

/// A function without a parameter.
template <kernels::Pointwise function>
kernels::Problem problem(const OpQuery&) {
    return kernels::Map{function};
}

constexpr PortSpec operand(std::string_view id, std::string_view title, std::string_view help) {
    return {.id = id, .title = title, .types = floatTypes, .pattern = "[S…]", .help = help};
}
constexpr PortSpec repeated(std::string_view id, std::string_view title, std::string_view help) {
    PortSpec port = operand(id, title, help);
    port.broadcasts = true;
    return port;
}
inline constexpr PortSpec unaryInputs[] = {operand("x", "Input", "Numbers of any shape.")};
inline constexpr PortSpec binaryInputs[] = {
    repeated("a", "First", "First operand; repeats along axes of extent 1, or that it has not."),
    repeated("b", "Second", "Second operand; repeats likewise.")};
inline constexpr PortSpec gateInputs[] = {operand("dy", "Gradient", "Gradient of the result."),
                                          operand("y", "Result", "What the forward pass gave.")};
inline constexpr PortSpec outputs[] = {{.id = "y",
                                        .title = "Output",
                                        .types = floatTypes,
                                        .pattern = "[S…]",
                                        .help = "Result, shaped like what the inputs are."}};

inline constexpr OpSample unarySamples[] = {
    {"", "3x5"}, {"", "2x3x5x7"}, {"", "1x17x3x1"}, {"", "5"}, {"", "scalar"}};
inline constexpr OpSample binarySamples[] = {
    {"", "3x5 3x5"},   {"", "2x3x5x7 2x3x5x7"}, {"", "1x17x3x1 1x17x3x1"}, {"", "5 5"},
    {"", "2x3x4 3x1"}, {"", "scalar 2x3"},      {"", "4x1x3 2x1"},         {"", "2x17x3x2 17x1x1"}};

inline constexpr OpSample gateSamples[] = {
    {"", "3x5 3x5"}, {"", "2x3x5x7 2x3x5x7"}, {"", "1x17x3x1 1x17x3x1"}, {"", "5 5"}};

inline constexpr OpErrorSample unaryErrors[] = {
    {"", "3<10", "x needs floating-point numbers, got i32"},
    {"", "2x3:i64", "x needs floating-point numbers, got i64"}};
inline constexpr OpErrorSample binaryErrors[] = {
    {"", "2x3 2x4", "b needs extents that repeat to [2, 3], got [2, 4]"},
    {"", "2x3 2x3:i64", "b needs floating-point numbers, got i64"},
    {"", "4<10 4<10", "a needs floating-point numbers, got i32"}};
inline constexpr OpErrorSample gateErrors[] = {
    {"", "2x3 2x4", "y needs shape [2, 3], got [2, 4]"},
    {"", "2x3 2x3x1x1", "y needs shape [2, 3], got [2, 3, 1, 1]"},
    {"", "4<10 4<10", "dy needs floating-point numbers, got i32"}};

}  // namespace vitrine::pointwise
