// SPDX-License-Identifier: Apache-2.0
// Elements along axes move on, and those that leave come in again at the other end.
#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::roll {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto &shifts = attrs.list("shifts"), &axes = attrs.list("axes");
    if (shifts.size() != axes.size())
        return shapeError(fmt::format("shifts has {} for {}", countOf(shifts.size(), "number"),
                                      countOf(axes.size(), "axis", "axes")));
    const Shape& x = in[0].shape;
    for (int64_t axis : axes) VITRINE_TRY(needAxis(axis < 0 ? axis + x.rank() : axis, "x", x));
    return oneResult(x, in[0].dtype);
}

ValueId rolled(Builder& b, ValueId x, int axis, int64_t shift) {
    const int64_t extent = b.shape(x)[axis], front = (shift % extent + extent) % extent;
    if (front == 0) return x;
    const ValueId last = axis::piece(b, x, axis, {.start = extent - front, .length = front});
    const ValueId first = axis::piece(b, x, axis, {.length = extent - front});
    return axis::joined(b, axis, {last, first});
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    ValueId x = in[0];
    const auto &shifts = attrs.list("shifts"), &axes = attrs.list("axes");
    for (size_t i = 0; i < axes.size(); ++i) {
        const int64_t axis = axes[i] < 0 ? axes[i] + b.shape(x).rank() : axes[i];
        x = rolled(b, x, static_cast<int>(axis), shifts[i]);
    }
    return {x};
}

constexpr PortSpec outputs[] = {axis::anyOutput("The same elements, moved.")};
constexpr FieldSpec fields[] = {{.id = "shifts",
                                 .title = "Shifts",
                                 .type = FieldType::IntList,
                                 .defaultText = "1",
                                 .minimum = -static_cast<double>(maxElements),
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "Places that elements move on along each axis.",
                                 .onNode = OnNode::Value},
                                {.id = "axes",
                                 .title = "Axes",
                                 .type = FieldType::IntList,
                                 .defaultText = "-1",
                                 .minimum = -Shape::maxRank,
                                 .maximum = Shape::maxRank - 1,
                                 .help = "Axes along which they move; from -1 down they count from "
                                         "the last.",
                                 .onNode = OnNode::Named}};

constexpr OpSample samples[] = {{"", "2x3x4"},
                                {"shifts=-2 axes=0", "5x2"},
                                {"shifts=3,8 axes=1,-1", "2x7x3"},
                                {"shifts=4", "2x4:i64<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"shifts=1,2", "2x3", "shifts has 2 numbers for 1 axis"},
    {"axes=2", "2x3", "axis 2 is not one of the 2 axes of x [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "roll",
    .title = "Roll",
    .category = "shape",
    .summary = "Moves elements along axes; those that leave come in again at the other end.",
    .formula = "y[…, (i + shift) mod n, …] = x[…, i, …]",
    .searchWords = "shift rotate cyclic",
    .inputs = axis::anyInput,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::roll
