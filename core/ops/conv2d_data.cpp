// SPDX-License-Identifier: Apache-2.0
// Adjoint of convolution in its images: the gradient of the images from that of the result.
#include <fmt/format.h>

#include "core/opdef/conv2d_rules.h"
#include "core/opdef/epilogue.h"
#include "core/opdef/shape_rules.h"
#include "core/opdef/tangent_sum.h"

namespace vitrine::ops::conv2d_data {

namespace {

namespace rules = vitrine::conv2d;

Shape imagesShape(const Attrs& attrs, const Shape& dy, const Shape& weight) {
    const std::vector<int64_t>& size = attrs.list("input_size");
    return {dy[0], weight[1] * attrs.integer("groups"), size[0], size[1]};
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const ValueShape &dy = in[0], &weight = in[1];
    const Shape x = imagesShape(attrs, dy.shape, weight.shape);
    VITRINE_TRY(needSize("result", x));
    const Result<Shape> wanted = rules::resultShape(attrs, x, weight.shape);
    if (!wanted.ok()) return wanted.error();
    if (dy.shape != *wanted)
        return shapeError(
            fmt::format("dy needs shape {}, got {}", wanted->text(), dy.shape.text()));
    return oneResult(x, dy.dtype);
}

// Bilinear in dy and the weight. With the cotangent v of dx: ⟨v, dx(dy, w)⟩ = ⟨v ∗ w, dy⟩, and in
// the weight it is the adjoint of the convolution of v.
void vjp(VjpContext& c) {
    const Attrs& geometry = c.instr.attrs;
    const ValueId v = c.outGrad[0];
    if (c.wanted[0]) c.inGrad[0] = rules::forward(c.b, geometry, v, c.in(1));
    if (c.wanted[1]) c.inGrad[1] = rules::weights(c.b, geometry, c.in(0), v, c.b.shape(c.in(1)));
}

void jvp(JvpContext& c) {
    const Attrs& geometry = c.instr.attrs;
    const Shape like = c.b.shape(c.out(0));
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue)
        sum.add(rules::data(c.b, geometry, c.inTangent[0], c.in(1), like));
    if (c.inTangent[1] != noValue)
        sum.add(rules::data(c.b, geometry, c.in(0), c.inTangent[1], like));
    c.outTangent[0] = sum.value();
}

kernels::Kernel bind(const BindContext& c) {
    kernels::Conv2dProblem problem =
        rules::problem(c.instr.attrs, imageOf(c.out[0]), c.in[1].shape, imageOf(c.in[0]));
    problem.epilogue = epilogueOf(c.instr);
    problem.precision = c.precision;
    return kernels::selectConv2dData(problem);
}

kernels::Conv2dProblem problemIn(const OpQuery& q, LayoutKind kind) {
    return rules::problem(q.instr.attrs, imageOf(q.out[0].shape, kind), q.in[1].shape,
                          imageOf(q.in[0].shape, kind));
}

double layoutCost(const OpQuery& q, LayoutKind kind) {
    return rules::cost(problemIn(q, kind), kernels::Conv2dPass::Data, kind);
}

int halo(const OpQuery& q, int in, LayoutKind kind) {
    return in == 0 ? static_cast<int>(kernels::conv2dDataHalo(problemIn(q, kind))) : 0;
}

double flops(const OpQuery& q) { return rules::flops(problemIn(q, LayoutKind::RowMajor)); }

constexpr PortSpec inputs[] = {rules::gradientInput, rules::weightInput};
constexpr PortSpec outputs[] = {{.id = "dx",
                                 .title = "Gradient",
                                 .pattern = "[N, C, H, W]",
                                 .help = "Gradient of the convolution's images."}};
constexpr FieldSpec fields[] = {window::inputSizeField, window::strideField(1),
                                window::paddingField, window::dilationField, rules::groupsField};

constexpr std::string_view epilogues[] = {"relu_gate"};

constexpr OpSample samples[] = {{"input_size=5,5", "2x4x3x3 4x3x3x3"},
                                {"input_size=7,5 stride=2,1 padding=1,0", "2x3x4x4 3x2x3x2"},
                                {"input_size=5,6 padding=2 dilation=2 groups=2", "1x4x5x6 4x2x3x3"},
                                {"input_size=6,6 stride=3", "1x2x2x2 2x1x2x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"input_size=5,5", "2x4x4x3 4x3x3x3", "dy needs shape [2, 4, 3, 3], got [2, 4, 4, 3]"},
    {"input_size=2,2", "2x4x1x1 4x3x3x3", "kernel 3x3 is larger than the padded input 2x2"},
    {"input_size=5,5", "2x4x3x3 4x3", "weight needs shape [4, C / groups, R, S], got [4, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "conv2d_data",
    .title = "Convolution 2D, gradient of images",
    .category = "internal",
    .summary = "Adjoint of convolution in its images.",
    .formula = "⟨dx, x⟩ = ⟨dy, x ∗ w⟩ for every x",
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
    .epilogues = epilogues,
    .precision = PrecisionPolicy::AccumulateF32,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::conv2d_data
