// SPDX-License-Identifier: Apache-2.0
// Logarithms of sums of exponentials along any axes.
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_log_sum_exp {

namespace {

/// e^(x − y), the share of each element in the sum. Where the sum is 0, x and y are −∞ and the
/// difference would be no number: there it is 0.
ValueId shares(Builder& b, const Instr& instr) {
    constexpr double lowest = -3e38;  // of float32, about
    const ValueId x = instr.in[0];
    Attrs bound = b.attrs("clamp");
    bound.with("bounds", std::string("low")).with("low", lowest);
    const ValueId y = b.emit("clamp", bound, {instr.out[0]});
    return b.emit("exp", {b.sub(x, reduce::spread(b, y, instr.attrs, b.shape(x)))});
}

void vjp(VjpContext& c) {
    const ValueId dy = reduce::spread(c.b, c.outGrad[0], c.instr.attrs, c.b.shape(c.in(0)));
    c.inGrad[0] = c.b.mul(dy, shares(c.b, c.instr));
}

void jvp(JvpContext& c) {
    const ValueId along = c.b.mul(c.inTangent[0], shares(c.b, c.instr));
    c.outTangent[0] = reduce::sum(c.b, along, c.instr.attrs);
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_log_sum_exp",
    .title = "Log-sum-exp",
    .category = "math",
    .summary = "Logarithms of sums of exponentials along axes, without overflow.",
    .formula = "y = log Σ e^x along the axes = m + log Σ e^(x − m), m = max x",
    .searchWords = "logsumexp smooth maximum softmax",
    .shortName = "lse",
    .inputs = reduce::inputs,
    .outputs = reduce::outputs,
    .fields = reduce::fields,
    .inferShapes = reduce::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = reduce::problem<kernels::ReducePass::LogSumExp>,
    .flops = reduce::flops,
    .samples = reduce::samples,
    .errorSamples = reduce::errorSamples,
};

}  // namespace vitrine::ops::reduce_log_sum_exp
