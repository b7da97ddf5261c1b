// SPDX-License-Identifier: Apache-2.0
// reorder: the same tensor in another layout. The layout pass places it where two layouts meet.
#include "core/opdef/descriptor.h"
#include "kernels/api/copy.h"

namespace vitrine::ops::reorder {

namespace {

constexpr PortSpec inputs[]{
    {.id = "x", .title = "Input", .types = everyType, .pattern = "[S…]", .help = "What to copy."}};
constexpr PortSpec outputs[]{{.id = "y",
                              .title = "Output",
                              .types = everyType,
                              .pattern = "[S…]",
                              .help = "The same elements in another layout."}};

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

/// Strides of n, c, h, w in a row-major value of rank 2 to 4, or of rank 5 without gaps.
std::array<int64_t, 4> imageStrides(const TensorType& type) {
    const Shape& s = type.strides;
    const int last = s.rank() - 1;
    return {s[0], s[1], last > 2 ? s[last - 1] : 0, last > 1 ? s[last] : 0};
}

kernels::Kernel bind(const BindContext& context) {
    const TensorType &x = context.in[0], &y = context.out[0];
    kernels::ReorderProblem problem;
    problem.x = operandOf(x);
    problem.y = operandOf(y);
    if (x.layout.kind == LayoutKind::RowMajor) problem.xStrides = imageStrides(x);
    problem.elementBytes = sizeOf(x.dtype);
    return kernels::selectReorder(problem);
}

void vjp(VjpContext& c) { c.inGrad[0] = c.outGrad[0]; }
void jvp(JvpContext& c) { c.outTangent[0] = c.inTangent[0]; }
double flops(const OpQuery&) { return 0; }

constexpr OpSample samples[] = {
    {"", "2x3x5x7"}, {"", "17x20"}, {"", "1x1x1x1"}, {"", "2x17x5"}, {"", "3x2x2x3x4"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor{
    .id = "reorder",
    .title = "Reorder",
    .category = "internal",
    .summary = "Copies a tensor into another memory layout.",
    .formula = "y = x",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .bind = bind,
    .flops = flops,
    .samples = samples,
};

}  // namespace vitrine::ops::reorder
