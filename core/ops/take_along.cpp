// SPDX-License-Identifier: Apache-2.0
// Elements along an axis by their positions.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/along_rules.h"

namespace vitrine::ops::take_along {

namespace {

// Linear in x.
void vjp(VjpContext& c) {
    if (!c.wanted[0]) return;
    const Shape x = c.b.shape(c.in(0));
    const int axis = axis::checked(c.instr.attrs, x);
    Attrs attrs = c.b.attrs("put_along");
    attrs.with("axis", int64_t{axis}).with("size", x[axis]);
    c.inGrad[0] = c.b.emit("put_along", attrs, {c.outGrad[0], c.in(1)});
}

void jvp(JvpContext& c) {
    if (c.inTangent[0] != noValue)
        c.outTangent[0] = c.b.emit("take_along", c.instr.attrs, {c.inTangent[0], c.in(1)});
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape &x = in[0].shape, &index = in[1].shape;
    const Result<int> axis = axis::of(attrs, x);
    if (!axis.ok()) return axis.error();
    const bool isLike = index.rank() == x.rank();
    if (!isLike || axis::with(index, *axis, 1) != axis::with(x, *axis, 1))
        return shapeError(fmt::format("index needs {} outside of axis {}, got {}", x.text(), *axis,
                                      index.text()));
    return oneResult(index, in[0].dtype);
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Along{.pass = kernels::AlongPass::Take,
                          .axis = axis::checked(q.instr.attrs, q.in[0].shape)};
}

constexpr PortSpec inputs[] = {
    {.id = "x",
     .title = "Input",
     .types = everyType,
     .pattern = "[…]",
     .help = "What is read from."},
    axis::position("[…]", "Positions along the axis, of this element each.")};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .types = everyType, .pattern = "[…]", .help = "The elements."}};
constexpr FieldSpec fields[] = {axis::field("Axis whose elements are read; -1 is the last.")};

constexpr OpSample samples[] = {{"", "3x5 3x2:i64<5"},
                                {"axis=0", "4x3 6x3:i64<4"},
                                {"axis=1", "2x3x65 2x1x65:i64<3"},
                                {"", "3x5:bool<2 3x2:i64<5"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=0", "4x3 2x2:i64<4", "index needs [4, 3] outside of axis 0, got [2, 2]"},
    {"", "4x3 4x3<3", "index needs i64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "take_along",
    .title = "Take along an axis",
    .category = "internal",
    .summary = "Elements along an axis by their positions.",
    .formula = "y[…, p, …] = x[…, index[…, p, …], …]",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::take_along
