// SPDX-License-Identifier: Apache-2.0
// Adjoint of convolution in its images: the gradient of the images from that of the result.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/conv_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::ops::conv_data {

namespace {

Result<Shape> imagesShape(const Attrs& attrs, const Shape& dy, const Shape& weight) {
    const std::vector<int64_t>& size = attrs.list("input_size");
    if (std::ssize(size) != window::axesOf(dy))
        return shapeError("input_size needs one number for each axis");
    Shape x{dy[0], weight[1] * attrs.integer("groups")};
    for (int64_t extent : size) x.push(extent);
    VITRINE_TRY(needSize("result", x));
    return x;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const ValueShape &dy = in[0], &weight = in[1];
    const Result<Shape> x = imagesShape(attrs, dy.shape, weight.shape);
    if (!x.ok()) return x.error();
    const Result<conv::Geometry> geometry = conv::geometryOf(attrs, *x, weight.shape, dy.shape);
    if (!geometry.ok()) return geometry.error();
    return oneResult(*x, dy.dtype);
}

// Bilinear in dy and the weight. With the cotangent v of dx: ⟨v, dx(dy, w)⟩ = ⟨v ∗ w, dy⟩, and in
// the weight it is the adjoint of the convolution of v.
void vjp(VjpContext& c) {
    const Attrs& geometry = c.instr.attrs;
    const ValueId v = c.outGrad[0];
    if (c.wanted[0]) c.inGrad[0] = conv::forward(c.b, geometry, v, c.in(1));
    if (c.wanted[1]) c.inGrad[1] = conv::weights(c.b, geometry, c.in(0), v, c.b.shape(c.in(1)));
}

void jvp(JvpContext& c) {
    const Attrs& geometry = c.instr.attrs;
    const Shape like = c.b.shape(c.out(0));
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue)
        sum.add(conv::data(c.b, geometry, c.inTangent[0], c.in(1), like));
    if (c.inTangent[1] != noValue)
        sum.add(conv::data(c.b, geometry, c.in(0), c.inTangent[1], like));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery& q) {
    return conv::problem(q.instr.attrs, kernels::ConvPass::Data, q.out[0].shape, q.in[1].shape);
}
double flops(const OpQuery& q) { return conv::flops(q.in[1].shape, q.in[0].shape); }

constexpr PortSpec inputs[] = {conv::gradientInput,
                               {.id = "weight",
                                .title = "Weight",
                                .pattern = "[K, C / groups, …]",
                                .help = "Filters of the convolution."}};
constexpr PortSpec outputs[] = {{.id = "dx",
                                 .title = "Gradient",
                                 .pattern = "[N, C, …]",
                                 .help = "Gradient of the convolution's images."}};
constexpr FieldSpec fields[] = {window::inputSizeField, window::anyStrideField,
                                window::anyPaddingField, window::anyDilationField,
                                conv::groupsField};

constexpr OpSample samples[] = {
    {"input_size=5,5", "2x4x3x3 4x3x3x3"},
    {"input_size=7,5 stride=2,1 padding=1,0", "2x3x4x4 3x2x3x2"},
    {"input_size=5,6 padding=2 dilation=2 groups=2", "1x4x5x6 4x2x3x3"},
    {"input_size=6,6 stride=3", "1x2x2x2 2x1x2x2"},
    {"input_size=6,4 stride=2,1 padding=0,1,2,0", "2x3x4x3 3x2x2x3"},
    {"input_size=7 stride=2 padding=1", "2x3x4 3x2x3"},
    {"input_size=3,4,3 stride=1,2,1 padding=1,0,0", "1x3x3x2x2 3x2x3x2x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"input_size=5,5", "2x4x4x3 4x3x3x3", "dy needs shape [2, 4, 3, 3], got [2, 4, 4, 3]"},
    {"input_size=2,2", "2x4x1x1 4x3x3x3", "kernel 3x3 is larger than the padded input 2x2"},
    {"input_size=5,5", "2x4x3x3 4x3x3", "weight [4, 3, 3] has other axes than x [2, 3, 5, 5]"},
    {"input_size=5", "2x4x3x3 4x3x3x3", "input_size needs one number for each axis"},
    {"input_size=5,5 stride=1,1,1", "2x4x3x3 4x3x3x3", "stride has 3 numbers, x has 2 axes"},
    {"input_size=5,5", "2x4x3x3 4", "weight needs shape [4, C / groups, …], got [4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "conv_data",
    .title = "Convolution, gradient of images",
    .category = "internal",
    .summary = "Adjoint of convolution in its images.",
    .formula = "⟨dx, x⟩ = ⟨dy, x ∗ w⟩ for every x",
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

}  // namespace vitrine::ops::conv_data
