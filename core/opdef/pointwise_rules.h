// SPDX-License-Identifier: Apache-2.0
// What operators that work element by element have in common, so that a new activation is its
// formula, its two derivative rules and its words.
#pragma once

#include "core/opdef/descriptor.h"
#include "kernels/api/pointwise.h"

namespace vitrine::pointwise {

/// The result is like the first operand.
Result<std::vector<ValueShape>> shapes(const Attrs&, std::span<const ValueShape> in);

/// Every layout for values that can be seen as images; row-major for others.
LayoutSet layouts(const OpQuery& query);

/// Every layout is read and written at memory's speed.
double layoutCost(const OpQuery& query, LayoutKind kind);

/// The kernel of a function with its parameter. Image operands lie as the instruction's types say.
kernels::Kernel bind(const BindContext& context, kernels::Pointwise function, double p = 0);

constexpr PortSpec operand(std::string_view id, std::string_view title, std::string_view help) {
    return {.id = id,
            .title = title,
            .types = floatTypes,
            .pattern = "[S…]",
            .help = help,
            .strided = true};
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

inline constexpr InPlace unaryInPlace[] = {{.out = 0, .in = 0}};
inline constexpr InPlace binaryInPlace[] = {{.out = 0, .in = 0}, {.out = 0, .in = 1}};

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
