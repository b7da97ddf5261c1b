// SPDX-License-Identifier: Apache-2.0
// Two-dimensional convolution (cross-correlation, as the field says it).
#include <fmt/format.h>

#include "core/opdef/bias_rules.h"
#include "core/opdef/conv2d_rules.h"
#include "core/opdef/epilogue.h"
#include "core/opdef/init_rules.h"
#include "core/opdef/shape_rules.h"
#include "core/opdef/tangent_sum.h"

namespace vitrine::ops::conv2d {

namespace {

namespace rules = vitrine::conv2d;

/// [K, C / groups, R, S] as the fields want it. Channels that do not divide are refused by
/// resultShape.
Shape weightShape(const Attrs& attrs, const Shape& x) {
    const std::vector<int64_t>& kernel = attrs.list("kernel");
    return {attrs.integer("out_channels"), x[1] / attrs.integer("groups"), kernel[0], kernel[1]};
}

Result<void> needWeightOf(const Attrs& attrs, const Shape& weight) {
    const std::vector<int64_t>& kernel = attrs.list("kernel");
    if (weight[0] == attrs.integer("out_channels") && weight[2] == kernel[0] &&
        weight[3] == kernel[1])
        return {};
    return shapeError(fmt::format("weight needs {} filters of {}x{}, got {}",
                                  attrs.integer("out_channels"), kernel[0], kernel[1],
                                  weight.text()));
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const ValueShape &x = in[0], &weight = in[1];
    const Result<Shape> result = rules::resultShape(attrs, x.shape, weight.shape);
    if (!result.ok()) return result.error();
    VITRINE_TRY(needWeightOf(attrs, weight.shape));
    return oneResult(*result, x.dtype);
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape weight = weightShape(attrs, in[0].shape);
    const Result<Shape> result = rules::resultShape(attrs, in[0].shape, weight);
    if (!result.ok()) return result.error();
    const int64_t taps = weight[2] * weight[3];
    std::vector<ParamSpec> specs{
        {1, weight, chosenInit(attrs, weight[1] * taps, weight[0] * taps)}};
    if (attrs.flag("bias")) specs.push_back({2, {weight[0]}, {}});
    return specs;
}

// y is linear in x, in the weight and in the bias: dx and dw are the adjoint convolutions, db = Σ
// dy per channel.
void vjp(VjpContext& c) {
    const Attrs& geometry = c.instr.attrs;
    const ValueId dy = c.outGrad[0];
    if (c.wanted[0]) c.inGrad[0] = rules::data(c.b, geometry, dy, c.in(1), c.b.shape(c.in(0)));
    if (c.wanted[1]) c.inGrad[1] = rules::weights(c.b, geometry, dy, c.in(0), c.b.shape(c.in(1)));
    if (geometry.flag("bias") && c.wanted[2]) c.inGrad[2] = c.b.emit("channel_sum", {dy});
}

// y' = x' ∗ w + x ∗ w' + b'
void jvp(JvpContext& c) {
    const Attrs& geometry = c.instr.attrs;
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(rules::forward(c.b, geometry, c.inTangent[0], c.in(1)));
    if (c.inTangent[1] != noValue) sum.add(rules::forward(c.b, geometry, c.in(0), c.inTangent[1]));
    c.outTangent[0] = sum.value();
    if (geometry.flag("bias") && c.inTangent[2] != noValue)
        c.outTangent[0] =
            bias::addToChannels(c.b, sum.value(), c.inTangent[2], c.b.program().shapeOf(c.out(0)));
}

kernels::Kernel bind(const BindContext& c) {
    kernels::Conv2dProblem problem =
        rules::problem(c.instr.attrs, imageOf(c.in[0]), c.in[1].shape, imageOf(c.out[0]));
    problem.bias = c.instr.attrs.flag("bias");
    problem.epilogue = epilogueOf(c.instr);
    problem.precision = c.precision;
    return kernels::selectConv2dForward(problem);
}

kernels::Conv2dProblem problemIn(const OpQuery& q, LayoutKind kind) {
    kernels::Conv2dProblem problem = rules::problem(q.instr.attrs, imageOf(q.in[0].shape, kind),
                                                    q.in[1].shape, imageOf(q.out[0].shape, kind));
    problem.bias = q.instr.attrs.flag("bias");
    return problem;
}

double layoutCost(const OpQuery& q, LayoutKind kind) {
    return rules::cost(problemIn(q, kind), kernels::Conv2dPass::Forward, kind);
}

int halo(const OpQuery& q, int in, LayoutKind kind) {
    return in == 0 ? static_cast<int>(kernels::conv2dForwardHalo(problemIn(q, kind))) : 0;
}

double flops(const OpQuery& q) { return rules::flops(problemIn(q, LayoutKind::RowMajor)); }

constexpr PortSpec inputs[] = {window::imageInput,
                               {.id = "weight",
                                .title = "Weight",
                                .role = PortRole::Parameter,
                                .pattern = "[K, C / groups, R, S]",
                                .help = "One filter for each output channel.",
                                .image = false},
                               bias::input("[K]")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, K, H', W']",
                                 .help = "One channel for each filter."}};
constexpr FieldSpec fields[] = {{.id = "out_channels",
                                 .title = "Output channels",
                                 .defaultNumber = 16,
                                 .minimum = 1,
                                 .maximum = 65536,
                                 .help = "Number of filters."},
                                window::kernelField(3),
                                window::strideField(1),
                                window::paddingField,
                                window::dilationField,
                                rules::groupsField,
                                bias::field,
                                initField};

constexpr std::string_view epilogues[] = {"relu"};

constexpr OnnxAttribute onnxAttributes[] = {{"kernel", "kernel_shape"},
                                            {"stride", "strides"},
                                            {"padding", "pads"},
                                            {"dilation", "dilations"},
                                            {"groups", "group"}};
constexpr OnnxMapping onnx[] = {
    {.opType = "Conv",
     .opset = 1,
     .attributes = onnxAttributes,
     .note = "pads repeats the padding for the far side; out_channels and bias follow from the "
             "shapes of the weights."}};

constexpr OpSample samples[] = {
    {"out_channels=4", "2x3x5x5"},
    {"out_channels=3 kernel=3,2 stride=2,1 padding=1,0", "2x2x7x5"},
    {"out_channels=4 kernel=3 padding=2 dilation=2 groups=2 init=xavier_normal", "1x4x5x6"},
    {"out_channels=6 kernel=1 stride=2 groups=3 bias=false init=kaiming_normal", "1x3x5x3"},
    {"out_channels=1 kernel=4,3 stride=3,2 padding=3,1 dilation=1,2 init=xavier_uniform",
     "3x1x4x6"},
    {"out_channels=17 kernel=2 bias=false", "1x1x2x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4", "kernel 5x5 is larger than the padded input 4x4"},
    {"kernel=3 dilation=2 padding=0,1", "1x3x4x4",
     "kernel 3x3 with dilation 2x2 is larger than the padded input 4x6"},
    {"groups=2", "1x3x5x5", "3 input channels do not divide into 2 groups"},
    {"groups=3 out_channels=4", "1x3x5x5", "4 output channels do not divide into 3 groups"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"},
    {"", "1x3x5x5:i64", "x needs floating-point numbers, got i64"},
    {"stride=0", "1x3x5x5", "field 'stride' is '0', wanted two whole numbers from 1 to 1024"},
    {"out_channels=2147483648", "1x3x5x5", "wanted a whole number from 1 to 65536"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "conv2d",
    .title = "Convolution 2D",
    .category = "convolution",
    .summary = "Slides trained filters over the height and width of images.",
    .formula = "y[n,k,p,q] = b[k] + Σ_{c,r,s} x[n, c, p·stride + r·dilation − pad, …] · w[k,c,r,s]",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .vjp = vjp,
    .jvp = jvp,
    .bind = bind,
    .layouts = rules::layouts,
    .layoutCost = layoutCost,
    .halo = halo,
    .flops = flops,
    .epilogues = epilogues,
    .precision = PrecisionPolicy::AccumulateF32,
    .onnx = onnx,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::conv2d
