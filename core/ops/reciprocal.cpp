// SPDX-License-Identifier: Apache-2.0
// One divided by the input.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::reciprocal {

namespace {

/// −v · y².
ValueId derivative(Builder& b, ValueId y, ValueId v) {
    return b.scale(b.mul(v, b.mul(y, y)), -1.0);
}

void vjp(VjpContext& c) { c.inGrad[0] = derivative(c.b, c.out(0), c.outGrad[0]); }

void jvp(JvpContext& c) { c.outTangent[0] = derivative(c.b, c.out(0), c.inTangent[0]); }

constexpr OpSample samples[] = {{"", "3x5", 0.5, 2.0},
                                {"", "2x3x5x7", 0.25, 1.0},
                                {"", "1x17x3x1", 1.0, 3.0},
                                {"", "5", 0.5, 2.0}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reciprocal",
    .title = "Reciprocal",
    .category = "math",
    .summary = "One divided by the input.",
    .formula = "y = 1 / x",
    .searchWords = "inverse one over",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = pointwise::problem<kernels::Pointwise::Reciprocal>,
    .samples = samples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::reciprocal
