// SPDX-License-Identifier: Apache-2.0
// One divided by the square root of the input plus a small number.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::rsqrt {

namespace {

/// −v · y³ / 2.
ValueId derivative(Builder& b, ValueId y, ValueId v) {
    return b.scale(b.mul(v, b.mul(y, b.mul(y, y))), -0.5);
}

void vjp(VjpContext& c) { c.inGrad[0] = derivative(c.b, c.out(0), c.outGrad[0]); }

void jvp(JvpContext& c) { c.outTangent[0] = derivative(c.b, c.out(0), c.inTangent[0]); }

kernels::Problem problem(const OpQuery& q) {
    return kernels::Map{kernels::Pointwise::Rsqrt, q.instr.attrs.real("epsilon")};
}

constexpr FieldSpec fields[] = {{.id = "epsilon",
                                 .title = "Epsilon",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = 1,
                                 .help = "Added under the root, so that zero has a result."}};
constexpr OpSample samples[] = {{"", "3x5", 0.5, 2.0},
                                {"epsilon=0.1", "2x3x5x7", 0.25, 1.0},
                                {"", "1x17x3x1", 1.0, 3.0},
                                {"", "5", 0.5, 2.0}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "rsqrt",
    .title = "Reciprocal root",
    .category = "math",
    .summary = "One divided by the square root of the input plus a small number.",
    .formula = "y = 1 / √(x + epsilon)",
    .searchWords = "inverse root",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::rsqrt
