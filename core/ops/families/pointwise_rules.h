// SPDX-License-Identifier: Apache-2.0
// What operators that work element by element have in common, so that a new activation is its
// formula, its two derivative rules and its words.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::pointwise {

/// The result is of the first operand's type, in the shape that all repeat to.
Result<std::vector<ValueShape>> shapes(const Attrs&, std::span<const ValueShape> in);

/// A function without a parameter.
template <kernels::Pointwise function>
kernels::Problem problem(const OpQuery&) {
    return kernels::Map{function};
}

/// Of whole numbers. What is fused into another instruction is asked without types, and is not.
inline bool isWhole(const OpQuery& q) { return !q.in.empty() && isInteger(q.in[0].dtype); }
/// The same function of floating-point and of whole numbers.
template <kernels::Pointwise function, kernels::Whole whole>
kernels::Problem numberProblem(const OpQuery& q) {
    if (isWhole(q)) return kernels::WholeMap{whole};
    return kernels::Map{function};
}

/// v · f'(x), of a function f of one operand: the rule of both modes.
using Derivative = ValueId (*)(Builder& b, const Instr& instr, ValueId v);
template <Derivative derivative>
void vjp(VjpContext& c) {
    c.inGrad[0] = derivative(c.b, c.instr, c.outGrad[0]);
}
template <Derivative derivative>
void jvp(JvpContext& c) {
    c.outTangent[0] = derivative(c.b, c.instr, c.inTangent[0]);
}
/// Of steps: the derivative is zero wherever it exists.
inline void zeroVjp(VjpContext&) {}
inline void zeroJvp(JvpContext&) {}
/// Of gates: linear in the first operand, steps in all others.
void gateVjp(VjpContext& c);
void gateJvp(JvpContext& c);

/// x + offset.
ValueId shifted(Builder& b, ValueId x, double offset);
/// v where low < x < high, and 0 elsewhere, for x NaN too. Bounds may be infinite.
ValueId inside(Builder& b, ValueId v, ValueId x, double low, double high);
/// v where x < low or x > high.
ValueId outside(Builder& b, ValueId v, ValueId x, double low, double high);

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
/// Of floating-point and of whole numbers, which wrap where they leave the range of their type.
constexpr PortSpec number(PortSpec port) {
    port.types = numberTypes;
    return port;
}
inline constexpr PortSpec unaryNumberInputs[] = {number(unaryInputs[0])};
inline constexpr PortSpec binaryNumberInputs[] = {number(binaryInputs[0]), number(binaryInputs[1])};
inline constexpr PortSpec gateInputs[] = {operand("dy", "Gradient", "Gradient of the result."),
                                          operand("y", "Result", "What the forward pass gave.")};
/// What a gate looks at is an operand of the function, not its result.
inline constexpr PortSpec operandGateInputs[] = {
    operand("dy", "Gradient", "Gradient of the result."),
    operand("x", "Input", "What the function was given.")};
inline constexpr PortSpec outputs[] = {{.id = "y",
                                        .title = "Output",
                                        .types = floatTypes,
                                        .pattern = "[S…]",
                                        .help = "Result, shaped like what the inputs are."}};

inline constexpr PortSpec numberOutputs[] = {number(outputs[0])};

inline constexpr OpSample unarySamples[] = {
    {"", "3x5"}, {"", "2x3x5x7"}, {"", "1x17x3x1"}, {"", "5"}, {"", "scalar"}};
inline constexpr OpSample unaryNumberSamples[] = {
    {"", "3x5"},    {"", "2x3x5x7"},    {"", "1x17x3x1"}, {"", "5"},
    {"", "scalar"}, {"", "3x7:i64<90"}, {"", "5:u8<200"}};
inline constexpr OpSample binaryNumberSamples[] = {{"", "3x5 3x5"},
                                                   {"", "2x3x5x7 2x3x5x7"},
                                                   {"", "1x17x3x1 1x17x3x1"},
                                                   {"", "5 5"},
                                                   {"", "2x3x4 3x1"},
                                                   {"", "scalar 2x3"},
                                                   {"", "4x1x3 2x1"},
                                                   {"", "2x17x3x2 17x1x1"},
                                                   {"", "2x3x4:i64<90 3x1:i64<9"},
                                                   {"", "17:u8<200 17:u8<200"}};

inline constexpr OpSample gateSamples[] = {
    {"", "3x5 3x5"}, {"", "2x3x5x7 2x3x5x7"}, {"", "1x17x3x1 1x17x3x1"}, {"", "5 5"}};

/// Away from poles and from what is not defined.
inline constexpr OpSample positiveSamples[] = {{"", "3x5", 0.5, 2.0},
                                               {"", "2x3x5x7", 0.25, 1.0},
                                               {"", "1x17x3x1", 1.0, 3.0},
                                               {"", "5", 0.5, 2.0},
                                               {"", "scalar", 0.5, 2.0}};
/// On both sides of what happens far from 0.
inline constexpr OpSample wideSamples[] = {{"", "3x5", -8, 8},
                                           {"", "2x3x5x7", -4, 4},
                                           {"", "1x17x3x1", -2, 2},
                                           {"", "5", -20, 20},
                                           {"", "scalar", -1, 3}};

inline constexpr OpErrorSample unaryErrors[] = {
    {"", "3<10", "x needs floating-point numbers, got i32"},
    {"", "2x3:i64", "x needs floating-point numbers, got i64"}};
inline constexpr OpErrorSample unaryNumberErrors[] = {{"", "3:bool", "x needs numbers, got bool"}};
inline constexpr OpErrorSample binaryNumberErrors[] = {
    {"", "2x3 2x4", "b needs extents that repeat to [2, 3], got [2, 4]"},
    {"", "2x3 2x3:i64", "b needs f32 like a, got i64"},
    {"", "4:bool 4:bool", "a needs numbers, got bool"}};
inline constexpr OpErrorSample operandGateErrors[] = {
    {"", "2x3 2x4", "x needs shape [2, 3], got [2, 4]"},
    {"", "4<10 4<10", "dy needs floating-point numbers, got i32"}};
inline constexpr OpErrorSample gateErrors[] = {
    {"", "2x3 2x4", "y needs shape [2, 3], got [2, 4]"},
    {"", "2x3 2x3x1x1", "y needs shape [2, 3], got [2, 3, 1, 1]"},
    {"", "4<10 4<10", "dy needs floating-point numbers, got i32"}};

}  // namespace vitrine::pointwise
