// SPDX-License-Identifier: Apache-2.0
// Operands side by side along one axis.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"

namespace vitrine::ops::concat {

namespace {

Result<void> needSameBut(int axis, size_t number, const ValueShape& first, const ValueShape& x) {
    Shape wanted = first.shape;
    if (x.shape.rank() == wanted.rank()) wanted[axis] = x.shape[axis];
    if (x.shape == wanted) return {};
    return shapeError(fmt::format("x{} needs {} outside of axis {}, got {}", number,
                                  first.shape.text(), axis, x.shape.text()));
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto axis = static_cast<int>(attrs.integer("axis"));
    VITRINE_TRY(needAxis(axis, "x0", in[0].shape));
    Shape result = in[0].shape;
    for (size_t i = 0; i < in.size(); ++i) {
        VITRINE_TRY(needSize(fmt::format("x{}", i), in[i].shape));
        VITRINE_TRY(needSameBut(axis, i, in[0], in[i]));
        if (i > 0) result[axis] += in[i].shape[axis];
    }
    return oneResult(result, in[0].dtype);
}

/// Each operand gets its own stretch of the gradient.
void vjp(VjpContext& c) {
    const int64_t axis = c.instr.attrs.integer("axis");
    int64_t start = 0;
    for (size_t i = 0; i < c.instr.in.size(); ++i) {
        const int64_t length = c.b.shape(c.instr.in[i])[static_cast<int>(axis)];
        Attrs attrs = c.b.attrs("slice");
        attrs.with("axis", axis).with("start", start).with("length", length);
        if (c.wanted[i]) c.inGrad[i] = c.b.emit("slice", attrs, {c.outGrad[0]});
        start += length;
    }
}

void jvp(JvpContext& c) {
    std::vector<ValueId> tangents(c.inTangent.begin(), c.inTangent.end());
    for (size_t i = 0; i < tangents.size(); ++i) {
        if (tangents[i] != noValue) continue;
        const ValueShape zero = c.b.program().shapeOf(c.instr.in[i]);
        tangents[i] = c.b.constant(zero.shape, zero.dtype, 0);
    }
    c.outTangent[0] = c.b.emitAll("concat", c.instr.attrs, tangents).front();
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Concat{.axis = static_cast<int>(q.instr.attrs.integer("axis"))};
}

double flops(const OpQuery&) { return 0; }

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[…]",
                                .help = "Like the first in every extent but that of the axis.",
                                .repeat = anyNumber}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .pattern = "[…]",
                                 .help = "The inputs side by side, in the order of the ports."}};
constexpr FieldSpec fields[] = {
    axisField("Axis along which they stand, from 0; 1 is channels.", 1)};

constexpr OpSample samples[] = {{"", "2x3x4x5 2x2x4x5"},
                                {"", "1x16x3x3 1x5x3x3"},
                                {"axis=0", "3 1 2"},
                                {"axis=3", "2x1x2x3 2x1x2x1 2x1x2x4"},
                                {"", "2x3"},
                                {"axis=1", "17x2 17x3 17x1"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3x5x5 2x3x5x6", "x1 needs [2, 3, 5, 5] outside of axis 1, got [2, 3, 5, 6]"},
    {"", "2x3 2x3x1x1", "x1 needs [2, 3] outside of axis 1, got [2, 3, 1, 1]"},
    {"axis=2", "2x3 2x3", "axis 2 is not one of the 2 axes of x0 [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "concat",
    .title = "Concatenate",
    .category = "shape",
    .summary = "Puts values side by side along one axis.",
    .formula = "y = [x0, x1, …] along the axis",
    .searchWords = "cat join merge",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::concat
