// SPDX-License-Identifier: Apache-2.0
// What operators that take axes together have in common.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::reduce {

/// The axes that the field `axes` names, in ascending order; those below zero count from the last,
/// none at all are all. Errors: `axis 4 is not one of the 4 axes of x [2, 3, 5, 5]`.
Result<std::vector<int64_t>> axesOf(const Attrs& attrs, const Shape& x);
/// The shape that is left: reduced axes have extent 1, or are gone without keep_axes.
Result<std::vector<ValueShape>> shapes(const Attrs& attrs, std::span<const ValueShape> in);
/// x without its axes, or with extent 1 there.
Shape reducedShape(const Shape& x, const std::vector<int64_t>& axes, bool keepsAxes);
/// The axes behind the check of shapes.
std::vector<int64_t> checkedAxes(const Attrs& attrs, const Shape& x);
/// Elements of x for each of the result.
int64_t countOf(const Attrs& attrs, const Shape& x);

/// A result, repeated to the shape x that it was made of.
ValueId spread(Builder& b, ValueId y, const Attrs& attrs, Shape x);
/// Σ x along the axes of `attrs`, which are those of any reduction.
ValueId sum(Builder& b, ValueId x, const Attrs& attrs);
/// x − its mean.
ValueId centred(Builder& b, ValueId x, const Attrs& attrs);

template <kernels::ReducePass pass>
kernels::Problem problem(const OpQuery& q) {
    kernels::Reduce reduce{.isReduced = {}, .pass = pass};
    for (int64_t axis : checkedAxes(q.instr.attrs, q.in[0].shape))
        reduce.isReduced[static_cast<size_t>(axis)] = true;
    return reduce;
}
inline double flops(const OpQuery& q) { return static_cast<double>(q.in[0].shape.elements()); }

/// Rules of reduce_max and reduce_min: all elements that are equal to the extreme share the
/// gradient. Where it is NaN, nothing is, and the gradient is NaN.
void extremeVjp(VjpContext& context);
void extremeJvp(JvpContext& context);

inline constexpr FieldSpec axesField = {
    .id = "axes",
    .title = "Axes",
    .type = FieldType::IntList,
    .minimum = -6,
    .maximum = 5,
    .help = "Axes that go together; from -1 down they count from the last. None: all.",
    .onNode = OnNode::Named};
inline constexpr FieldSpec keepAxesField = {
    .id = "keep_axes",
    .title = "Keep axes",
    .type = FieldType::Bool,
    .defaultNumber = 1,
    .help = "Whether the axes stay with extent 1; otherwise they are gone."};
inline constexpr FieldSpec unbiasedField = {
    .id = "unbiased",
    .title = "Unbiased",
    .type = FieldType::Bool,
    .defaultNumber = 1,
    .help = "Whether squares are divided by the number of elements less one, or by that number."};
/// Errors: those of shapes, and `an unbiased variance needs two elements
/// or more, got 1`.
Result<std::vector<ValueShape>> varianceShapes(const Attrs& attrs, std::span<const ValueShape> in);
/// What squares are divided by.
double degreesOfFreedom(const Attrs& attrs, const Shape& x);

inline constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[…]", .help = "Numbers of any shape."}};
inline constexpr PortSpec outputs[] = {{.id = "y",
                                        .title = "Output",
                                        .pattern = "[…]",
                                        .help = "One number for each place on the other axes."}};
/// Of floating-point and of whole numbers.
constexpr PortSpec number(PortSpec port, DTypes types = realOrWholeTypes) {
    port.types = types;
    return port;
}
inline constexpr PortSpec numberInputs[] = {number(inputs[0])};
inline constexpr PortSpec numberOutputs[] = {number(outputs[0])};
inline constexpr PortSpec orderedInputs[] = {number(inputs[0], orderedTypes)};
inline constexpr PortSpec orderedOutputs[] = {number(outputs[0], orderedTypes)};
inline constexpr FieldSpec fields[] = {axesField, keepAxesField};
inline constexpr FieldSpec varianceFields[] = {axesField, keepAxesField, unbiasedField};
inline constexpr OpSample samples[] = {
    {"", "2x3x4"},       {"axes=1", "2x3x4"},    {"axes=0,2 keep_axes=false", "3x2x5"},
    {"axes=-1", "17x9"}, {"axes=0", "9x17x2x2"}, {"axes=1,2,3 keep_axes=false", "2x3x2x2"}};
inline constexpr OpSample numberSamples[] = {{"", "2x3x4"},
                                             {"axes=1", "2x3x4"},
                                             {"axes=0,2 keep_axes=false", "3x2x5"},
                                             {"axes=-1", "17x9"},
                                             {"axes=0", "9x17x2x2"},
                                             {"axes=1,2,3 keep_axes=false", "2x3x2x2"},
                                             {"axes=1", "2x3x4:i64<9"},
                                             {"", "5x7:i32<90"}};
inline constexpr OpSample orderedSamples[] = {{"", "2x3x4"},
                                              {"axes=1", "2x3x4"},
                                              {"axes=0,2 keep_axes=false", "3x2x5"},
                                              {"axes=-1", "17x9"},
                                              {"axes=0", "9x17x2x2"},
                                              {"axes=1,2,3 keep_axes=false", "2x3x2x2"},
                                              {"axes=1", "2x3x4:u8<200"},
                                              {"axes=0 keep_axes=false", "3x4:bool<2"}};
inline constexpr OpSample varianceSamples[] = {{"", "2x3x4"},
                                               {"axes=1", "2x3x4"},
                                               {"axes=0,2 keep_axes=false unbiased=false", "3x2x5"},
                                               {"axes=-1", "17x9"},
                                               {"axes=0 unbiased=false", "9x17x2x2"},
                                               {"axes=1,2,3 keep_axes=false", "2x3x2x2"}};
inline constexpr OpErrorSample errorSamples[] = {
    {"axes=3", "2x3x4", "axis 3 is not one of the 3 axes of x [2, 3, 4]"},
    {"axes=-4", "2x3x4", "axis -4 is not one of the 3 axes of x [2, 3, 4]"},
    {"", "4<10", "x needs f32 or f64, got i32"}};
inline constexpr OpErrorSample numberErrors[] = {
    {"axes=3", "2x3x4", "axis 3 is not one of the 3 axes of x [2, 3, 4]"},
    {"axes=-4", "2x3x4", "axis -4 is not one of the 3 axes of x [2, 3, 4]"},
    {"", "4:bool", "x needs f32, f64 or whole numbers, got bool"}};
inline constexpr OpErrorSample orderedErrors[] = {
    {"axes=3", "2x3x4", "axis 3 is not one of the 3 axes of x [2, 3, 4]"},
    {"", "4:f16", "x needs f32, f64, whole numbers or bool, got f16"}};
inline constexpr OpErrorSample varianceErrors[] = {
    {"axes=3", "2x3x4", "axis 3 is not one of the 3 axes of x [2, 3, 4]"},
    {"axes=1", "4x1", "an unbiased variance needs two elements or more, got 1"},
    {"", "4<10", "x needs f32 or f64, got i32"}};

}  // namespace vitrine::reduce
