// SPDX-License-Identifier: Apache-2.0
// Adjoint of average pooling: spreads each number evenly over its window.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/pool_rules.h"

namespace vitrine::ops::avg_pool_backward {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Shape> x = pool::imagesShape(attrs, in[0].shape);
    if (!x.ok()) return x.error();
    return oneResult(*x, in[0].dtype);
}

void vjp(VjpContext& c) {
    const Shape x = c.b.shape(c.out(0));
    const std::string forward = fmt::format("avg_pool{}d", window::axesOf(x));
    c.inGrad[0] = c.b.emit(forward, pool::like(c.b, forward, c.instr.attrs, x), {c.outGrad[0]});
}

void jvp(JvpContext& c) {
    c.outTangent[0] = c.b.emit("avg_pool_backward", c.instr.attrs, {c.inTangent[0]});
}

kernels::Problem problem(const OpQuery& q) {
    return pool::problem(q, kernels::PoolPass::AverageBackward, q.out[0].shape);
}

double flops(const OpQuery& q) { return pool::flops(q.instr.attrs, q.out[0].shape, q.in[0].shape); }

constexpr PortSpec inputs[] = {pool::gradientInput};
constexpr PortSpec outputs[] = {pool::gradientOutput};
constexpr FieldSpec fields[] = {window::inputSizeField,     pool::anyKernelField,
                                pool::anyStrideField,       window::anyPaddingField,
                                pool::countIncludePadField, window::ceilModeField};

constexpr OpSample samples[] = {
    {"input_size=4,6", "2x3x2x3"},
    {"input_size=5,7 kernel=3 stride=2 padding=1 count_include_pad=false", "1x2x3x4"},
    {"input_size=3,6 stride=3", "1x17x1x2"},
    {"input_size=5,5 padding=0,1,1,0 ceil_mode=true", "2x3x3x3"},
    {"input_size=6 kernel=3 padding=1", "2x3x3"},
    {"input_size=4,2,4", "2x3x2x1x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"input_size=4,6", "2x3x2x2", "dy needs shape [2, 3, 2, 3], got [2, 3, 2, 2]"},
    {"input_size=1,1", "2x3x1x1", "kernel 2x2 is larger than the padded input 1x1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "avg_pool_backward",
    .title = "Average pooling, gradient",
    .category = "internal",
    .summary = "Adjoint of average pooling: spreads each number evenly over its window.",
    .formula = "dx[n, c, p·stride + u − pad, q·stride + v − pad] += dy[n,c,p,q] / m",
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

}  // namespace vitrine::ops::avg_pool_backward
