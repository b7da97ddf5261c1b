// SPDX-License-Identifier: Apache-2.0
// Reads the pixels that an index of max pooling names: the tangent of max pooling.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/pool_rules.h"

namespace vitrine::ops::max_pool_gather {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Shape> result = pool::resultShape(attrs, in[0].shape);
    if (!result.ok()) return result.error();
    if (in[1].shape != *result)
        return shapeError(
            fmt::format("index needs shape {}, got {}", result->text(), in[1].shape.text()));
    return oneResult(*result, in[0].dtype);
}

// Linear in x; its adjoint sends numbers to where the index points.
void vjp(VjpContext& c) {
    if (!c.wanted[0]) return;
    const Attrs attrs = pool::like(c.b, "max_pool_backward", c.instr.attrs, c.b.shape(c.in(0)));
    c.inGrad[0] = c.b.emit("max_pool_backward", attrs, {c.outGrad[0], c.in(1)});
}

void jvp(JvpContext& c) {
    c.outTangent[0] = c.b.emit("max_pool_gather", c.instr.attrs, {c.inTangent[0], c.in(1)});
}

kernels::Problem problem(const OpQuery& q) {
    return pool::problem(q, kernels::PoolPass::MaxGather, q.in[0].shape);
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[N, C, …]", .help = "Images."},
    pool::indexPort("[N, C, …]")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C, …]",
                                 .help = "One pixel per place of the window."}};
constexpr FieldSpec fields[] = {pool::anyKernelField, pool::anyStrideField, window::anyPaddingField,
                                window::anyDilationField, window::ceilModeField};

constexpr OpSample samples[] = {{"", "2x3x4x6 2x3x2x3<4"},
                                {"kernel=3 stride=2", "1x2x5x5 1x2x2x2<9"},
                                {"kernel=3,2 stride=1", "2x1x5x7 2x1x3x6<6"},
                                {"kernel=3 stride=2 padding=0,1", "2x3x6 2x3x3<2"},
                                {"", "2x3x4x2x4 2x3x2x1x2<8"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3x4x4 2x3x2x1<4", "index needs shape [2, 3, 2, 2], got [2, 3, 2, 1]"},
    {"kernel=3", "2x3x2x2 2x3x1x1<4", "kernel 3x3 is larger than the padded input 2x2"}};

/// The kernel finds index and value at the same place.
}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "max_pool_gather",
    .title = "Max pooling, tangent",
    .category = "internal",
    .summary = "Reads the pixels that an index of max pooling names.",
    .formula = "y[n,c,p,q] = x[n, c, position named by index[n,c,p,q]]",
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

}  // namespace vitrine::ops::max_pool_gather
