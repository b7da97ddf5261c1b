// SPDX-License-Identifier: Apache-2.0
// Adjoint of max pooling: sends each number to where its maximum was.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/pool_rules.h"

namespace vitrine::ops::max_pool_backward {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Shape> x = pool::imagesShape(attrs, in[0].shape);
    if (!x.ok()) return x.error();
    return oneResult(*x, in[0].dtype);
}

// Linear in dy; its adjoint reads what the index names.
void vjp(VjpContext& c) {
    if (!c.wanted[0]) return;
    const Attrs attrs = pool::like(c.b, "max_pool_gather", c.instr.attrs, c.b.shape(c.out(0)));
    c.inGrad[0] = c.b.emit("max_pool_gather", attrs, {c.outGrad[0], c.in(1)});
}

void jvp(JvpContext& c) {
    c.outTangent[0] = c.b.emit("max_pool_backward", c.instr.attrs, {c.inTangent[0], c.in(1)});
}

kernels::Problem problem(const OpQuery& q) {
    return pool::problem(q, kernels::PoolPass::MaxBackward, q.out[0].shape);
}

constexpr PortSpec inputs[] = {pool::gradientInput, pool::indexPort("[N, C, S…]")};
constexpr PortSpec outputs[] = {pool::gradientOutput};
constexpr FieldSpec fields[] = {window::inputSizeField,   pool::anyKernelField,
                                pool::anyStrideField,     window::anyPaddingField,
                                window::anyDilationField, window::ceilModeField};

constexpr OpSample samples[] = {{"input_size=4,6", "2x3x2x3 2x3x2x3<4"},
                                {"input_size=5,5 kernel=3 stride=2", "1x2x2x2 1x2x2x2<9"},
                                {"input_size=5,7 kernel=3,2 stride=1", "2x1x3x6 2x1x3x6<6"},
                                {"input_size=5,5 ceil_mode=true", "2x3x3x3 2x3x3x3<1"},
                                {"input_size=6 kernel=3 stride=2 padding=0,1", "2x3x3 2x3x3<2"},
                                {"input_size=4,2,4", "2x3x2x1x2 2x3x2x1x2<8"}};
constexpr OpErrorSample errorSamples[] = {
    {"input_size=4,6", "2x3x2x2 2x3x2x2<4", "dy needs shape [2, 3, 2, 3], got [2, 3, 2, 2]"},
    {"input_size=4,4", "2x3x2x2 2x3x2x1<4", "index needs shape [2, 3, 2, 2], got [2, 3, 2, 1]"}};

/// The kernel finds index and value at the same place.
}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "max_pool_backward",
    .title = "Max pooling, gradient",
    .category = "internal",
    .summary = "Adjoint of max pooling: sends each number to where its maximum was.",
    .formula = "dx[n, c, position named by index[n,c,p,q]] += dy[n,c,p,q]",
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

}  // namespace vitrine::ops::max_pool_backward
