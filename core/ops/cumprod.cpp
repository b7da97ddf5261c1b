// SPDX-License-Identifier: Apache-2.0
// Running products along an axis.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/along_rules.h"

namespace vitrine::ops::cumprod {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<int> axis = axis::of(attrs, in[0].shape);
    if (!axis.ok()) return axis.error();
    return oneResult(in[0].shape, in[0].dtype);
}

/// x moved back by `distance` places of an axis, with ones in front.
ValueId movedBack(Builder& b, ValueId x, int axis, int64_t distance) {
    const Shape shape = b.shape(x);
    const Shape ones = axis::with(shape, axis, distance);
    const ValueId rest = axis::piece(b, x, axis, {.length = shape[axis] - distance});
    return axis::joined(b, axis, {b.constant(ones, b.dtype(x), 1), rest});
}

// By doubling: after k rounds each element is the product of the 2^k up to its own. There are no
// quotients, so that zeros have right gradients.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const DType type = b.dtype(in[0]);
    const int axis = axis::checked(attrs, b.shape(in[0]));
    const int64_t extent = b.shape(in[0])[axis];
    const bool reverse = attrs.flag("reverse");
    ValueId y = isInteger(type) ? in[0] : axis::cast(b, in[0], DType::F64);
    if (reverse) y = axis::turned(b, y, axis);
    if (attrs.flag("exclusive"))
        y = extent > 1 ? movedBack(b, y, axis, 1) : b.constant(b.shape(y), b.dtype(y), 1);
    for (int64_t distance = 1; distance < extent; distance *= 2)
        y = b.mul(y, movedBack(b, y, axis, distance));
    if (reverse) y = axis::turned(b, y, axis);
    return {axis::cast(b, y, type)};
}

constexpr PortSpec outputs[] = {along::output(
    "Products so far, of floats in double precision; those of whole numbers wrap.")};
constexpr FieldSpec fields[] = {
    axis::field("Axis along which products run; -1 is the last."),
    {.id = "exclusive",
     .title = "Exclusive",
     .type = FieldType::Bool,
     .help = "Whether a product ends in front of its own element; the first one is 1 then."},
    {.id = "reverse",
     .title = "Reverse",
     .type = FieldType::Bool,
     .help = "Whether products run from the last element to the first."}};

constexpr OpSample samples[] = {{"", "3x5"},
                                {"axis=0 exclusive=true", "4x3"},
                                {"axis=1 reverse=true", "2x3x5"},
                                {"axis=-2 exclusive=true reverse=true", "2x7x2"},
                                {"exclusive=true", "3x1"},
                                {"axis=0", "9x5:i64<90"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=2", "2x3", "axis 2 is not one of the 2 axes of x [2, 3]"},
    {"", "4:bool", "x needs f32, f64 or whole numbers, got bool"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "cumprod",
    .title = "Running product",
    .category = "math",
    .summary = "Products of all elements up to each along an axis. Zeros have right gradients.",
    .formula = "y[…, p, …] = Π x[…, k, …] over k ≤ p; k < p exclusive, k ≥ p in reverse",
    .searchWords = "cumulative scan prefix",
    .inputs = along::inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::cumprod
