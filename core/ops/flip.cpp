// SPDX-License-Identifier: Apache-2.0
// Elements along axes in reverse order.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::flip {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto axes = reduce::axesOf(attrs, in[0].shape);
    if (!axes.ok()) return axes.error();
    return oneResult(in[0].shape, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    ValueId x = in[0];
    for (int64_t axis : reduce::checkedAxes(attrs, b.shape(x)))
        x = axis::turned(b, x, static_cast<int>(axis));
    return {x};
}

constexpr PortSpec outputs[] = {axis::anyOutput("The same elements in the other order.")};
constexpr FieldSpec fields[] = {{.id = "axes",
                                 .title = "Axes",
                                 .type = FieldType::IntList,
                                 .defaultText = "-1",
                                 .minimum = -Shape::maxRank,
                                 .maximum = Shape::maxRank - 1,
                                 .help = "Axes that are turned; from -1 down they count from the "
                                         "last. None: all.",
                                 .onNode = OnNode::Value}};

constexpr OpSample samples[] = {
    {"", "2x3x4"}, {"axes=0,2", "3x2x5"}, {"axes=", "4x3"}, {"axes=1", "2x1x3:i64<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"axes=3", "2x3x4", "axis 3 is not one of the 3 axes of x [2, 3, 4]"},
    {"", "scalar", "axis -1 is not one of the 0 axes of x []"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "flip",
    .title = "Flip",
    .category = "shape",
    .summary = "Turns the order of elements along axes.",
    .formula = "y[…, i, …] = x[…, n − 1 − i, …]",
    .searchWords = "reverse mirror turn",
    .inputs = axis::anyInput,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::flip
