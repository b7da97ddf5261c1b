// SPDX-License-Identifier: Apache-2.0
// A value repeated along axes: a view whose strides there are 0.
#include "core/opdef/shape_rules.h"

#include <fmt/format.h>

namespace vitrine::ops::expand {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Shape> wanted = shapeFrom("shape", attrs.list("shape"));
    if (!wanted.ok()) return wanted.error();
    const std::optional<Shape> both = broadcastShape(in[0].shape, *wanted);
    if (!both)
        return shapeError(
            fmt::format("x {} does not repeat to {}", in[0].shape.text(), wanted->text()));
    return oneResult(*both, in[0].dtype);
}

/// Axes along which elements repeat, by the result's count.
std::vector<int64_t> repeatedAxes(const Shape& x, const Shape& y) {
    std::vector<int64_t> axes;
    const int missing = y.rank() - x.rank();
    for (int axis = 0; axis < y.rank(); ++axis)
        if (axis < missing || (x[axis - missing] == 1 && y[axis] != 1)) axes.push_back(axis);
    return axes;
}

// An element gets what its copies get, together.
void vjp(VjpContext& c) {
    const Shape x = c.b.shape(c.in(0)), y = c.b.shape(c.out(0));
    c.inGrad[0] = c.b.reshape(c.b.reduceSum(c.outGrad[0], repeatedAxes(x, y)), x);
}

void jvp(JvpContext& c) { c.outTangent[0] = c.b.expand(c.inTangent[0], c.b.shape(c.out(0))); }

std::optional<ArrayView> view(const Attrs&, const ArrayView& in, const Shape& out) {
    ArrayView result{out, out, in.offset};
    const int missing = out.rank() - in.shape.rank();
    for (int axis = 0; axis < out.rank(); ++axis) {
        const bool repeats = axis < missing || in.shape[axis - missing] == 1;
        result.strides[axis] = repeats ? 0 : in.strides[axis - missing];
    }
    return result;
}

double flops(const OpQuery&) { return 0; }

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[…]",
                                .help = "Repeats along axes of extent 1, or that it has not."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .pattern = "[…]",
                                 .help = "The input, repeated without a copy."}};
constexpr FieldSpec fields[] = {{.id = "shape",
                                 .title = "Shape",
                                 .type = FieldType::IntList,
                                 .defaultText = "1",
                                 .minimum = 1,
                                 .maximum = 1 << 30,
                                 .help =
                                     "Extents of the result. Where one is 1, or missing in front, "
                                     "the input's stays: 1,8,1,1 keeps batch, height and width.",
                                 .onNode = OnNode::Value}};

constexpr OpSample samples[] = {{"shape=2,3,4", "3x1"},   {"shape=4,5", "scalar"},
                                {"shape=2,3", "2x3"},     {"shape=3,2,2", "1x2x1"},
                                {"shape=1,4,1", "3x1x2"}, {"shape=3", "2x1"}};
constexpr OpErrorSample errorSamples[] = {
    {"shape=2,3", "2x4", "x [2, 4] does not repeat to [2, 3]"},
    {"shape=4", "2x3", "x [2, 3] does not repeat to [4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "expand",
    .title = "Expand",
    .category = "shape",
    .summary = "Repeats a value along axes of extent 1, without a copy.",
    .formula = "y[…, i, …] = x[…, 0, …] along axes of extent 1",
    .searchWords = "broadcast repeat",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .view = view,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::expand
