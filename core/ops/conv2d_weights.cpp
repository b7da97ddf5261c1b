// SPDX-License-Identifier: Apache-2.0
// Adjoint of convolution in its weight: the gradient of the weight from that of the result.
#include "core/opdef/conv2d_rules.h"
#include "core/opdef/shape_rules.h"
#include "core/opdef/tangent_sum.h"

namespace vitrine::ops::conv2d_weights {

namespace {

namespace rules = vitrine::conv2d;

Shape weightShape(const Attrs& attrs, const Shape& dy, const Shape& x) {
    const std::vector<int64_t>& kernel = attrs.list("kernel");
    return {dy[1], x[1] / attrs.integer("groups"), kernel[0], kernel[1]};
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const ValueShape &dy = in[0], &x = in[1];
    const Shape weight = weightShape(attrs, dy.shape, x.shape);
    const Result<Shape> wanted = rules::resultShape(attrs, x.shape, weight);
    if (!wanted.ok()) return wanted.error();
    if (dy.shape != *wanted)
        return shapeError(
            fmt::format("dy needs shape {}, got {}", wanted->text(), dy.shape.text()));
    return oneResult(weight, dy.dtype);
}

// Bilinear in dy and x. With the cotangent v of dw: ⟨v, dw(dy, x)⟩ = ⟨x ∗ v, dy⟩.
void vjp(VjpContext& c) {
    const Attrs& geometry = c.instr.attrs;
    const ValueId v = c.outGrad[0];
    if (c.wanted[0]) c.inGrad[0] = rules::forward(c.b, geometry, c.in(1), v);
    if (c.wanted[1]) c.inGrad[1] = rules::data(c.b, geometry, c.in(0), v, c.b.shape(c.in(1)));
}

void jvp(JvpContext& c) {
    const Attrs& geometry = c.instr.attrs;
    const Shape like = c.b.shape(c.out(0));
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue)
        sum.add(rules::weights(c.b, geometry, c.inTangent[0], c.in(1), like));
    if (c.inTangent[1] != noValue)
        sum.add(rules::weights(c.b, geometry, c.in(0), c.inTangent[1], like));
    c.outTangent[0] = sum.value();
}

kernels::Kernel bind(const BindContext& c) {
    kernels::Conv2dProblem problem =
        rules::problem(c.instr.attrs, imageOf(c.in[1]), c.out[0].shape, imageOf(c.in[0]));
    problem.precision = c.precision;
    return kernels::selectConv2dWeights(problem);
}

kernels::Conv2dProblem problemIn(const OpQuery& q, LayoutKind kind) {
    return rules::problem(q.instr.attrs, imageOf(q.in[1].shape, kind), q.out[0].shape,
                          imageOf(q.in[0].shape, kind));
}

double layoutCost(const OpQuery& q, LayoutKind kind) {
    return rules::cost(problemIn(q, kind), kernels::Conv2dPass::Weights, kind);
}

int halo(const OpQuery& q, int in, LayoutKind kind) {
    return in == 1 ? static_cast<int>(kernels::conv2dForwardHalo(problemIn(q, kind))) : 0;
}

double flops(const OpQuery& q) { return rules::flops(problemIn(q, LayoutKind::RowMajor)); }

constexpr PortSpec inputs[] = {rules::gradientInput, window::imageInput};
constexpr PortSpec outputs[] = {{.id = "dw",
                                 .title = "Gradient",
                                 .pattern = "[K, C / groups, R, S]",
                                 .help = "Gradient of the convolution's weight.",
                                 .image = false}};
constexpr FieldSpec fields[] = {window::kernelField(3), window::strideField(1),
                                window::paddingField, window::dilationField, rules::groupsField};

constexpr OpSample samples[] = {{"", "2x4x3x3 2x3x5x5"},
                                {"kernel=3,2 stride=2,1 padding=1,0", "2x3x4x4 2x2x7x5"},
                                {"padding=2 dilation=2 groups=2", "1x4x5x6 1x4x5x6"},
                                {"kernel=2 stride=3", "3x2x2x2 3x1x6x6"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x4x3x4 2x3x5x5", "dy needs shape [2, 4, 3, 3], got [2, 4, 3, 4]"},
    {"kernel=6", "2x4x1x1 2x3x5x5", "kernel 6x6 is larger than the padded input 5x5"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "conv2d_weights",
    .title = "Convolution 2D, gradient of the weight",
    .category = "internal",
    .summary = "Adjoint of convolution in its weight.",
    .formula = "⟨dw, w⟩ = ⟨dy, x ∗ w⟩ for every w",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .bind = bind,
    .layouts = rules::layouts,
    .layoutCost = layoutCost,
    .halo = halo,
    .flops = flops,
    .precision = PrecisionPolicy::AccumulateF32,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::conv2d_weights
