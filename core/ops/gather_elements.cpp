// SPDX-License-Identifier: Apache-2.0
// Elements along an axis by their positions, one for each of the index.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/element_rules.h"

namespace vitrine::ops::gather_elements {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<int> axis = elements::checkedAxis(attrs, in[0].shape, in[1].shape);
    if (!axis.ok()) return axis.error();
    return oneResult(in[1].shape, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int axis = axis::checked(attrs, x);
    const auto [index, isThere] = positions::checked(b, in[1], x[axis]);
    const ValueId from = elements::first(b, in[0], axis, b.shape(in[1]));
    const Attrs taking = b.attrs("take_along").with("axis", int64_t{axis});
    return {positions::orMissing(b, isThere, b.emit("take_along", taking, {from, index}))};
}

constexpr PortSpec inputs[] = {
    {.id = "x",
     .title = "Input",
     .types = everyType,
     .hasOwnType = true,
     .pattern = "[…]",
     .help = "What is read from."},
    positions::input("[S…]",
                     "Positions along the axis, one for each element of the result; from "
                     "-1 down they count from the last. One that is not there gives NaN.")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .hasOwnType = true,
                                 .pattern = "[S…]",
                                 .help = "The elements, in the shape of the index."}};
constexpr FieldSpec fields[] = {axis::field("Axis whose elements are read; -1 is the last.")};

constexpr OpSample samples[] = {{"", "3x5 3x2:i64<5"},
                                {"axis=0", "4x3 6x3<4"},
                                {"axis=1", "2x3x5 1x4x2:u8<3"},
                                {"axis=1", "2x3:i64<9 2x4:i64<3"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=0", "4x3 2x4:i64<4",
     "index [2, 4] needs up to the extents of x [4, 3] outside of axis 0"},
    {"axis=2", "4x3 4x3<3", "axis 2 is not one of the 2 axes of x [4, 3]"},
    {"", "4x3 4x3", "index needs whole numbers, got f32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "gather_elements",
    .title = "Gather elements",
    .category = "shape",
    .summary = "Elements along an axis by their positions, one for each of the index.",
    .formula = "y[…, p, …] = x[…, index[…, p, …], …]",
    .searchWords = "take_along_axis pick select",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::gather_elements
