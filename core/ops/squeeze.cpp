// SPDX-License-Identifier: Apache-2.0
// Axes of extent 1 go.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::squeeze {

namespace {

/// The axes that go: those named, or all of extent 1.
Result<Shape> squeezed(const Attrs& attrs, const Shape& x) {
    Shape result;
    if (attrs.list("axes").empty()) {
        for (int64_t extent : x.dims())
            if (extent != 1) result.push(extent);
        return result;
    }
    const auto axes = reduce::axesOf(attrs, x);
    if (!axes.ok()) return axes.error();
    for (int64_t axis : *axes)
        if (x[static_cast<int>(axis)] != 1)
            return shapeError(fmt::format("axis {} of x {} has extent {}, wanted 1", axis, x.text(),
                                          x[static_cast<int>(axis)]));
    return reduce::reducedShape(x, *axes, false);
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Shape> result = squeezed(attrs, in[0].shape);
    if (!result.ok()) return result.error();
    return oneResult(*result, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {b.reshape(in[0], *squeezed(attrs, b.shape(in[0])))};
}

constexpr PortSpec outputs[] = {axis::anyOutput("The same elements with fewer axes.")};
constexpr FieldSpec fields[] = {{.id = "axes",
                                 .title = "Axes",
                                 .type = FieldType::IntList,
                                 .minimum = -Shape::maxRank,
                                 .maximum = Shape::maxRank - 1,
                                 .help = "Axes of extent 1 that go; from -1 down they count from "
                                         "the last. None: all of extent 1.",
                                 .onNode = OnNode::Named}};

constexpr OpSample samples[] = {
    {"", "2x1x3x1"}, {"axes=-1", "1x3x1"}, {"axes=0,2", "1x5x1"}, {"", "1x1:u8<9"}, {"", "2x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"axes=1", "2x3x1", "axis 1 of x [2, 3, 1] has extent 3, wanted 1"},
    {"axes=3", "2x3x1", "axis 3 is not one of the 3 axes of x [2, 3, 1]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "squeeze",
    .title = "Squeeze",
    .category = "shape",
    .summary = "Removes axes of extent 1.",
    .formula = "y[i, j] = x[i, 0, j]",
    .searchWords = "drop remove axis dimension",
    .inputs = axis::anyInput,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::squeeze
