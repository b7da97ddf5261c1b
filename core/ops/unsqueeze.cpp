// SPDX-License-Identifier: Apache-2.0
// New axes of extent 1.
#include <algorithm>

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::unsqueeze {

namespace {

/// Where the new axes stand in the result, in order.
Result<std::vector<int64_t>> newAxes(const Attrs& attrs, const Shape& x) {
    const auto& named = attrs.list("axes");
    const auto rank = static_cast<int64_t>(x.rank()) + std::ssize(named);
    if (rank > Shape::maxRank)
        return shapeError(fmt::format("x {} would have {} axes, at most {} are possible", x.text(),
                                      rank, Shape::maxRank));
    std::vector<int64_t> axes = named;
    for (int64_t& axis : axes) {
        if (axis < -rank || axis >= rank)
            return shapeError(
                fmt::format("axis {} is not one of the {} axes of the result", axis, rank));
        if (axis < 0) axis += rank;
    }
    std::ranges::sort(axes);
    if (std::ranges::adjacent_find(axes) != axes.end())
        return shapeError("axes name one axis of the result twice");
    return axes;
}

Shape widened(const Shape& x, const std::vector<int64_t>& axes) {
    Shape result;
    int next = 0;
    for (int64_t axis = 0; axis < x.rank() + std::ssize(axes); ++axis)
        result.push(std::ranges::count(axes, axis) > 0 ? 1 : x[next++]);
    return result;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto axes = newAxes(attrs, in[0].shape);
    if (!axes.ok()) return axes.error();
    return oneResult(widened(in[0].shape, *axes), in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    return {b.reshape(in[0], widened(x, *newAxes(attrs, x)))};
}

constexpr PortSpec outputs[] = {axis::anyOutput("The same elements with more axes.")};
constexpr FieldSpec fields[] = {{.id = "axes",
                                 .title = "Axes",
                                 .type = FieldType::IntList,
                                 .defaultText = "0",
                                 .minimum = -Shape::maxRank,
                                 .maximum = Shape::maxRank - 1,
                                 .help = "Where the new axes stand in the result; from -1 down "
                                         "they count from its last.",
                                 .onNode = OnNode::Value}};

constexpr OpSample samples[] = {
    {"", "2x3"}, {"axes=-1", "2x3x4"}, {"axes=0,2,-1", "5x2"}, {"axes=0,1", "scalar"}};
constexpr OpErrorSample errorSamples[] = {
    {"axes=4", "2x3x1", "axis 4 is not one of the 4 axes of the result"},
    {"axes=0,-4", "2x3", "axes name one axis of the result twice"},
    {"axes=0,1,2,3", "1x1x1x1x2", "x [1, 1, 1, 1, 2] would have 9 axes, at most 8 are possible"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "unsqueeze",
    .title = "Unsqueeze",
    .category = "shape",
    .summary = "Adds axes of extent 1.",
    .formula = "y[i, 0, j] = x[i, j]",
    .searchWords = "expand_dims add axis dimension newaxis",
    .inputs = axis::anyInput,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::unsqueeze
