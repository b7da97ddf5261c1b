// SPDX-License-Identifier: Apache-2.0
// Natural logarithm.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::log {

namespace {

/// v / x.
ValueId derivative(Builder& b, ValueId x, ValueId v) { return b.mul(v, b.emit("reciprocal", {x})); }

void vjp(VjpContext& c) { c.inGrad[0] = derivative(c.b, c.in(0), c.outGrad[0]); }

void jvp(JvpContext& c) { c.outTangent[0] = derivative(c.b, c.in(0), c.inTangent[0]); }

constexpr OpSample samples[] = {{"", "3x5", 0.5, 2.0},
                                {"", "2x3x5x7", 0.25, 1.0},
                                {"", "1x17x3x1", 1.0, 3.0},
                                {"", "5", 0.5, 2.0},
                                {"", "scalar", 0.5, 2.0}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "log",
    .title = "Logarithm",
    .category = "math",
    .summary = "Natural logarithm; of negative numbers it is NaN, of 0 it is −∞.",
    .formula = "y = ln x",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::problem<kernels::Pointwise::Log>,
    .samples = samples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::log
