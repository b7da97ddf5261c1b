// SPDX-License-Identifier: Apache-2.0
// Mean of each window.
#include "core/opdef/pool_rules.h"
#include "core/opdef/shape_rules.h"

namespace vitrine::ops::avg_pool2d {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Shape> result = pool::resultShape(attrs, in[0].shape);
    if (!result.ok()) return result.error();
    return oneResult(*result, in[0].dtype);
}

void vjp(VjpContext& c) {
    const Attrs attrs = pool::like(c.b, "avg_pool2d_backward", c.instr.attrs, c.b.shape(c.in(0)));
    c.inGrad[0] = c.b.emit("avg_pool2d_backward", attrs, {c.outGrad[0]});
}

void jvp(JvpContext& c) {
    c.outTangent[0] = c.b.emit("avg_pool2d", c.instr.attrs, {c.inTangent[0]});
}

kernels::Kernel bind(const BindContext& c) {
    return kernels::selectAvgPool(pool::problem(c, c.in[0], c.out[0]));
}

double flops(const OpQuery& q) { return pool::flops(q.instr.attrs, q.out[0].shape); }

constexpr PortSpec inputs[] = {window::imageInput};
constexpr PortSpec outputs[] = {window::imageOutput};
constexpr FieldSpec fields[] = {window::kernelField(2), window::strideField(2),
                                window::paddingField, pool::countIncludePadField};

constexpr OnnxAttribute onnxAttributes[] = {{"kernel", "kernel_shape"},
                                            {"stride", "strides"},
                                            {"padding", "pads"},
                                            {"count_include_pad", "count_include_pad"}};
constexpr OnnxMapping onnx[] = {
    {.opType = "AveragePool",
     .opset = 7,
     .attributes = onnxAttributes,
     .note = "pads repeats the padding for the far side; ceil_mode 0. ONNX leaves "
             "count_include_pad at 0 where it is not given."}};

constexpr OpSample samples[] = {
    {"", "2x3x4x6"},
    {"kernel=3 stride=2 padding=1", "1x2x5x7"},
    {"kernel=3 stride=2 padding=1 count_include_pad=false", "1x2x5x7"},
    {"kernel=3,2 stride=1,2 padding=1,0 count_include_pad=false", "2x17x4x5"},
    {"kernel=2 stride=3", "1x1x3x6"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4", "kernel 5x5 is larger than the padded input 4x4"},
    {"padding=2", "1x3x4x4", "padding 2x2 is more than half of the kernel 2x2"},
    {"", "2x3x4", "x needs shape [N, C, H, W], got [2, 3, 4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "avg_pool2d",
    .title = "Average pooling 2D",
    .category = "pooling",
    .summary = "Mean of each window.",
    .formula = "y[n,c,p,q] = 1/m Σ_{u,v} x[n, c, p·stride + u − pad, q·stride + v − pad]",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .bind = bind,
    .layouts = pool::layouts,
    .flops = flops,
    .precision = PrecisionPolicy::AccumulateF32,
    .onnx = onnx,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::avg_pool2d
