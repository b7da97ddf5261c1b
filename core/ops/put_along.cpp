// SPDX-License-Identifier: Apache-2.0
// Adjoint of take_along: elements are added up where they were read.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/along_rules.h"

namespace vitrine::ops::put_along {

namespace {

// Linear in dy.
void vjp(VjpContext& c) {
    if (!c.wanted[0]) return;
    const Attrs attrs = c.b.attrs("take_along").with("axis", c.instr.attrs.get("axis"));
    c.inGrad[0] = c.b.emit("take_along", attrs, {c.outGrad[0], c.in(1)});
}

void jvp(JvpContext& c) {
    if (c.inTangent[0] != noValue)
        c.outTangent[0] = c.b.emit("put_along", c.instr.attrs, {c.inTangent[0], c.in(1)});
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<int> axis = axis::of(attrs, in[0].shape);
    if (!axis.ok()) return axis.error();
    return oneResult(axis::with(in[0].shape, *axis, attrs.integer("size")), in[0].dtype);
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Along{.pass = kernels::AlongPass::Put,
                          .axis = axis::checked(q.instr.attrs, q.in[0].shape)};
}

constexpr PortSpec inputs[] = {{.id = "dy",
                                .title = "Gradient",
                                .types = realOrWholeTypes,
                                .pattern = "[S…]",
                                .help = "Gradient of what was taken."},
                               axis::position("[S…]", "Where each element was taken from.")};
constexpr PortSpec outputs[] = {{.id = "dx",
                                 .title = "Gradient",
                                 .types = realOrWholeTypes,
                                 .pattern = "[…]",
                                 .help = "Gradient of what was read."}};
constexpr FieldSpec fields[] = {axis::field("Axis whose elements were read; -1 is the last."),
                                along::sizeField("Extent of the axis.")};

constexpr OpSample samples[] = {{"size=5", "3x2 3x2:i64<5"},
                                {"axis=0 size=4", "6x3 6x3:i64<4"},
                                {"axis=1 size=3", "2x1x65 2x1x65:i64<3"},
                                {"size=5", "3x4:i64<9 3x4:i64<5"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=2", "2x3 2x3:i64", "axis 2 is not one of the 2 axes of x [2, 3]"},
    {"", "2x3 2x2:i64", "index needs shape [2, 3], got [2, 2]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "put_along",
    .title = "Take along an axis, gradient",
    .category = "internal",
    .summary = "Adjoint of take_along: elements are added up where they were read.",
    .formula = "dx[…, k, …] = Σ dy[…, p, …] over p with index[…, p, …] = k",
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

}  // namespace vitrine::ops::put_along
