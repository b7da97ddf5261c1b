// SPDX-License-Identifier: Apache-2.0
// Adjoint of convolution in its weight: the gradient of the weight from that of the result.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/conv_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::conv_weights {

namespace {

Result<Shape> weightShape(const Attrs& attrs, const Shape& dy, const Shape& x) {
    const std::vector<int64_t>& kernel = attrs.list("kernel");
    if (std::ssize(kernel) != window::axesOf(x))
        return shapeError("kernel needs one number for each axis");
    Shape weight{dy[1], x[1] / attrs.integer("groups")};
    for (int64_t extent : kernel) weight.push(extent);
    return weight;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const ValueShape &dy = in[0], &x = in[1];
    const Result<Shape> weight = weightShape(attrs, dy.shape, x.shape);
    if (!weight.ok()) return weight.error();
    const Result<conv::Geometry> geometry = conv::geometryOf(attrs, x.shape, *weight, dy.shape);
    if (!geometry.ok()) return geometry.error();
    return oneResult(*weight, dy.dtype);
}

// Bilinear in dy and x. With the cotangent v of dw: ⟨v, dw(dy, x)⟩ = ⟨x ∗ v, dy⟩.
void vjp(VjpContext& c) {
    const Attrs& geometry = c.instr.attrs;
    const ValueId v = c.outGrad[0];
    if (c.wanted[0]) c.inGrad[0] = conv::forward(c.b, geometry, c.in(1), v);
    if (c.wanted[1]) c.inGrad[1] = conv::data(c.b, geometry, c.in(0), v, c.b.shape(c.in(1)));
}

void jvp(JvpContext& c) {
    const Attrs& geometry = c.instr.attrs;
    const Shape like = c.b.shape(c.out(0));
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue)
        sum.add(conv::weights(c.b, geometry, c.inTangent[0], c.in(1), like));
    if (c.inTangent[1] != noValue)
        sum.add(conv::weights(c.b, geometry, c.in(0), c.inTangent[1], like));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery& q) {
    return conv::problem(q.instr.attrs, kernels::ConvPass::Weights, q.in[1].shape, q.out[0].shape);
}
double flops(const OpQuery& q) { return conv::flops(q.out[0].shape, q.in[0].shape); }

constexpr PortSpec inputs[] = {
    conv::gradientInput, {.id = "x", .title = "Input", .pattern = "[N, C, …]", .help = "Images."}};
constexpr PortSpec outputs[] = {{.id = "dw",
                                 .title = "Gradient",
                                 .pattern = "[K, C / groups, …]",
                                 .help = "Gradient of the convolution's weight."}};
constexpr FieldSpec fields[] = {window::anyKernelField, window::anyStrideField,
                                window::anyPaddingField, window::anyDilationField,
                                conv::groupsField};

constexpr OpSample samples[] = {{"kernel=3,3", "2x4x3x3 2x3x5x5"},
                                {"kernel=3,2 stride=2,1 padding=1,0", "2x3x4x4 2x2x7x5"},
                                {"kernel=3,3 padding=2 dilation=2 groups=2", "1x4x5x6 1x4x5x6"},
                                {"kernel=2,2 stride=3", "3x2x2x2 3x1x6x6"},
                                {"kernel=2,3 stride=2,1 padding=0,1,2,0", "2x3x4x3 2x2x6x4"},
                                {"kernel=3 stride=2 padding=1", "2x3x4 2x2x7"},
                                {"kernel=3,2,2 stride=1,2,1 padding=1,0,0", "1x3x3x2x2 1x2x3x4x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=3,3", "2x4x3x4 2x3x5x5", "dy needs shape [2, 4, 3, 3], got [2, 4, 3, 4]"},
    {"kernel=3", "2x4x3x3 2x3x5x5", "kernel needs one number for each axis"},
    {"kernel=6,6", "2x4x1x1 2x3x5x5", "kernel 6x6 is larger than the padded input 5x5"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "conv_weights",
    .title = "Convolution, gradient of the weight",
    .category = "internal",
    .summary = "Adjoint of convolution in its weight.",
    .formula = "⟨dw, w⟩ = ⟨dy, x ∗ w⟩ for every w",
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

}  // namespace vitrine::ops::conv_weights
