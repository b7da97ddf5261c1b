// SPDX-License-Identifier: Apache-2.0
// What operators that pick elements along one axis have in common.
#pragma once

#include "core/ops/families/axis_rules.h"

namespace vitrine::along {

// Of operators with results y and index, where y is x at the index: gradients go to where elements
// were taken from, and the index itself is piecewise constant.
void selectionVjp(VjpContext& context);
void selectionJvp(JvpContext& context);

/// argmax and argmin: shapes, and the index of one window over the whole axis.
Result<std::vector<ValueShape>> positionShapes(const Attrs& attrs, std::span<const ValueShape> in);
std::vector<ValueId> positions(Builder& b, const Attrs& attrs, ValueId x, bool largest);

constexpr FieldSpec sizeField(std::string_view help) {
    return {.id = "size",
            .title = "Size",
            .defaultNumber = 1,
            .minimum = 1,
            .maximum = 1 << 30,
            .help = help};
}
inline constexpr FieldSpec largestField = {.id = "largest",
                                           .title = "Largest",
                                           .type = FieldType::Bool,
                                           .defaultNumber = 1,
                                           .help = "The largest ones, or the smallest."};
inline constexpr FieldSpec keepAxisField = {
    .id = "keep_axis",
    .title = "Keep axis",
    .type = FieldType::Bool,
    .defaultNumber = 0,
    .help = "Whether the axis stays with extent 1; otherwise it is gone."};
inline constexpr PortSpec inputs[] = {{.id = "x",
                                       .title = "Input",
                                       .types = realOrWholeTypes,
                                       .pattern = "[…]",
                                       .help = "Numbers of any shape."}};
constexpr PortSpec output(std::string_view help) {
    return {
        .id = "y", .title = "Output", .types = realOrWholeTypes, .pattern = "[…]", .help = help};
}

inline constexpr PortSpec positionOutputs[] = {
    {.id = "y",
     .title = "Output",
     .types = DType::I64,
     .hasOwnType = true,
     .pattern = "[…]",
     .help = "Positions from 0; the first of equals, and that of a NaN where there is one."}};
inline constexpr FieldSpec positionFields[] = {
    axis::field("Axis along which the element is looked for; -1 is the last."), keepAxisField};
inline constexpr OpSample positionSamples[] = {{"", "2x3x4"},
                                               {"axis=0", "17x3"},
                                               {"axis=1 keep_axis=true", "2x5x3x2"},
                                               {"axis=-2", "2x1x66"},
                                               {"axis=0", "9x5:i64<90"}};
inline constexpr OpErrorSample positionErrors[] = {
    {"axis=3", "2x3x4", "axis 3 is not one of the 3 axes of x [2, 3, 4]"},
    {"", "scalar", "axis -1 is not one of the 0 axes of x []"},
    {"", "4:bool", "x needs f32, f64 or whole numbers, got bool"}};

}  // namespace vitrine::along
