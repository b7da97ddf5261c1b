// SPDX-License-Identifier: Apache-2.0
// Matrix products over a common batch, of matrices as they lie.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/tangent_sum.h"

#include <numeric>

namespace vitrine::ops::batched_matmul {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    Shape result = in[0].shape;
    result[result.rank() - 1] = in[1].shape[in[1].shape.rank() - 1];
    return oneResult(result, in[0].dtype);
}

/// The last two axes exchanged: a view.
ValueId transposed(Builder& b, ValueId matrices) {
    std::vector<int64_t> axes(static_cast<size_t>(b.shape(matrices).rank()));
    std::iota(axes.begin(), axes.end(), int64_t{0});
    std::swap(axes[axes.size() - 1], axes[axes.size() - 2]);
    return b.emit("transpose", b.attrs("transpose").with("permutation", axes), {matrices});
}

ValueId product(Builder& b, ValueId left, ValueId right) {
    return b.emit("batched_matmul", {left, right});
}

// dA = dY · Bᵀ, dB = Aᵀ · dY
void vjp(VjpContext& c) {
    if (c.wanted[0]) c.inGrad[0] = product(c.b, c.outGrad[0], transposed(c.b, c.in(1)));
    if (c.wanted[1]) c.inGrad[1] = product(c.b, transposed(c.b, c.in(0)), c.outGrad[0]);
}

void jvp(JvpContext& c) {
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(product(c.b, c.inTangent[0], c.in(1)));
    if (c.inTangent[1] != noValue) sum.add(product(c.b, c.in(0), c.inTangent[1]));
    c.outTangent[0] = sum.value();
}

kernels::Problem problem(const OpQuery&) { return kernels::MatMul{}; }

double flops(const OpQuery& q) {
    const Shape& a = q.in[0].shape;
    return 2.0 * static_cast<double>(q.out[0].shape.elements()) *
           static_cast<double>(a[a.rank() - 1]);
}

constexpr PortSpec inputs[] = {{.id = "a",
                                .title = "First",
                                .types = realOrWholeTypes,
                                .pattern = "[B…, M, K]",
                                .help = "Matrices."},
                               {.id = "b",
                                .title = "Second",
                                .types = realOrWholeTypes,
                                .pattern = "[B…, K, N]",
                                .help = "As many matrices."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = realOrWholeTypes,
                                 .pattern = "[B…, M, N]",
                                 .help = "Their products."}};

constexpr OpSample samples[] = {{"", "3x4 4x5"},
                                {"", "2x3x4 2x4x1"},
                                {"", "2x2x1x7 2x2x7x3"},
                                {"", "17x19 19x23"},
                                {"", "3x4:i32<90 4x5:i32<90"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "3x4 5x6", "b needs shape [4, N], got [5, 6]"},
    {"", "2x3x4 3x4x5", "b needs shape [2, 4, N], got [3, 4, 5]"},
    {"", "4 4x5", "a needs shape […, M, K], got [4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "batched_matmul",
    .title = "Matrix product of a batch",
    .category = "internal",
    .summary = "Products of as many matrices on both sides.",
    .formula = "y[…,m,n] = Σ_k a[…,m,k] · b[…,k,n]",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::batched_matmul
