// SPDX-License-Identifier: Apache-2.0
// Values above one another along a new axis.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::stack {

namespace {

/// The new axis, by its place in the result.
Result<int> newAxis(const Attrs& attrs, const Shape& x) {
    if (x.rank() == Shape::maxRank)
        return shapeError(fmt::format("x0 {} has {} axes already", x.text(), x.rank()));
    const int64_t rank = x.rank() + 1, named = attrs.integer("axis");
    if (named < -rank || named >= rank)
        return shapeError(
            fmt::format("axis {} is not one of the {} axes of the result", named, rank));
    return static_cast<int>(named < 0 ? named + rank : named);
}

Shape with(const Shape& x, int axis, int64_t extent) {
    Shape result;
    for (int i = 0; i <= x.rank(); ++i) result.push(i == axis ? extent : x[i < axis ? i : i - 1]);
    return result;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<int> axis = newAxis(attrs, in[0].shape);
    if (!axis.ok()) return axis.error();
    for (size_t i = 1; i < in.size(); ++i)
        if (in[i].shape != in[0].shape)
            return shapeError(fmt::format("x{} needs shape {}, got {}", i, in[0].shape.text(),
                                          in[i].shape.text()));
    return oneResult(with(in[0].shape, *axis, std::ssize(in)), in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int axis = *newAxis(attrs, x);
    std::vector<ValueId> parts;
    for (ValueId part : in) parts.push_back(b.reshape(part, with(x, axis, 1)));
    return {axis::joined(b, axis, parts)};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[…]",
                                .help = "Shaped like the first.",
                                .repeat = anyNumber}};
constexpr PortSpec outputs[] = {axis::anyOutput("The inputs in the order of the ports.")};
constexpr FieldSpec fields[] = {
    axis::field("Where the new axis stands in the result; -1 is last.", 0)};

constexpr OpSample samples[] = {{"", "2x3 2x3"},
                                {"axis=-1", "2x3 2x3 2x3"},
                                {"axis=1", "4x2x3 4x2x3"},
                                {"", "scalar scalar"},
                                {"", "5:u8<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3 2x4", "x1 needs shape [2, 3], got [2, 4]"},
    {"axis=3", "2x3 2x3", "axis 3 is not one of the 3 axes of the result"},
    {"", "1x1x1x1x1x1x1x2", "x0 [1, 1, 1, 1, 1, 1, 1, 2] has 8 axes already"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "stack",
    .title = "Stack",
    .category = "shape",
    .summary = "Puts values of one shape above one another along a new axis.",
    .formula = "y[…, k, …] = xk[…]",
    .searchWords = "pack join combine",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::stack
