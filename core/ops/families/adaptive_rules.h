// SPDX-License-Identifier: Apache-2.0
// Pooling to a given size: windows that divide each axis behind the channels.
#pragma once

#include "core/opdef/descriptor.h"
#include "kernels/api/axis_map.h"

namespace vitrine::adaptive {

/// [N, C, size…]. Errors: `size has 3 numbers, x [2, 3, 8, 8] has 2 axes behind its channels`.
Result<std::vector<ValueShape>> shapes(const Attrs& attrs, std::span<const ValueShape> in);

/// Means of the windows ⌊p · in / out⌋ ≤ k < ⌈(p + 1) · in / out⌉.
kernels::AxisMap meansOf(int64_t in, int64_t out);

inline constexpr FieldSpec sizeField = {
    .id = "size",
    .title = "Size",
    .type = FieldType::IntList,
    .defaultText = "1",
    .minimum = 1,
    .maximum = 1 << 20,
    .unit = "px",
    .help = "Extents behind the channels, one number for each axis, or one for all.",
    .onNode = OnNode::Value};
inline constexpr FieldSpec fields[] = {sizeField};
inline constexpr PortSpec inputs[] = {{.id = "x",
                                       .title = "Input",
                                       .pattern = "[N, C, …]",
                                       .help = "Images with any axes behind their channels."}};
inline constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[N, C, …]", .help = "The images in that size."}};
inline constexpr OpSample samples[] = {{"", "2x3x4x5"},         {"size=2,3", "1x2x5x7"},
                                       {"size=3", "2x3x7"},     {"size=5,2", "1x2x3x4"},
                                       {"size=2", "1x2x3x4x2"}, {"size=4,4", "1x17x8x4"}};
inline constexpr OpErrorSample errors[] = {
    {"size=2,2,2", "2x3x8x8", "size has 3 numbers, x [2, 3, 8, 8] has 2 axes behind its channels"},
    {"", "2x3x8x8:i64", "x needs f32 or f64, got i64"}};

}  // namespace vitrine::adaptive
