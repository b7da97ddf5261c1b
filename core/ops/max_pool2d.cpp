// SPDX-License-Identifier: Apache-2.0
// Maximum of each window, and where it was.
#include "core/opdef/pool_rules.h"

namespace vitrine::ops::max_pool2d {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Shape> result = pool::resultShape(attrs, in[0].shape);
    if (!result.ok()) return result.error();
    return std::vector<ValueShape>{{*result, in[0].dtype}, {*result, DType::I32}};
}

// The gradient goes to where each maximum was; the index itself is piecewise constant.
void vjp(VjpContext& c) {
    const Attrs attrs = pool::like(c.b, "max_pool2d_backward", c.instr.attrs, c.b.shape(c.in(0)));
    c.inGrad[0] = c.b.emit("max_pool2d_backward", attrs, {c.outGrad[0], c.out(1)});
}

void jvp(JvpContext& c) {
    const Attrs attrs = pool::like(c.b, "max_pool2d_gather", c.instr.attrs, c.b.shape(c.in(0)));
    c.outTangent[0] = c.b.emit("max_pool2d_gather", attrs, {c.inTangent[0], c.out(1)});
}

kernels::Kernel bind(const BindContext& c) {
    return kernels::selectMaxPool(pool::problem(c, c.in[0], c.out[0]));
}

double flops(const OpQuery& q) { return pool::flops(q.instr.attrs, q.out[0].shape); }

constexpr PortSpec inputs[] = {window::imageInput};
constexpr PortSpec outputs[] = {
    window::imageOutput,
    {.id = "index",
     .title = "Index",
     .types = indexTypes,
     .pattern = "[N, C, H', W']",
     .help = "Position of each maximum in its window, row by row from 0; the first of equals."}};
constexpr FieldSpec fields[] = {window::kernelField(2), window::strideField(2),
                                window::paddingField};

constexpr OnnxAttribute onnxAttributes[] = {
    {"kernel", "kernel_shape"}, {"stride", "strides"}, {"padding", "pads"}};
constexpr OnnxMapping onnx[] = {
    {.opType = "MaxPool",
     .opset = 8,
     .attributes = onnxAttributes,
     .note = "pads repeats the padding for the far side; ceil_mode 0, dilations 1; Indices counts "
             "positions of the whole tensor and is not our index."}};

constexpr OpSample samples[] = {{"", "2x3x4x6"},
                                {"kernel=3 stride=2 padding=1", "1x2x5x7"},
                                {"kernel=3,2 stride=1,2 padding=1,0", "2x1x5x5"},
                                {"kernel=2 stride=3", "1x17x3x6"},
                                {"kernel=1 stride=1", "1x1x1x1"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4", "kernel 5x5 is larger than the padded input 4x4"},
    {"kernel=3 padding=2", "1x3x4x4", "padding 2x2 is more than half of the kernel 3x3"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"}};

/// The kernel finds index and value at the same place.
constexpr SameHalo sameHalo[] = {{result(0), result(1)}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "max_pool2d",
    .title = "Max pooling 2D",
    .category = "pooling",
    .summary = "Keeps the largest pixel of each window.",
    .formula = "y[n,c,p,q] = max_{u,v} x[n, c, p·stride + u − pad, q·stride + v − pad]",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .bind = bind,
    .layouts = pool::layouts,
    .flops = flops,
    .sameHalo = sameHalo,
    .onnx = onnx,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::max_pool2d
