// SPDX-License-Identifier: Apache-2.0
// Numbers to a fixed power.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::pow_scalar {

namespace {

/// v · exponent · x^(exponent − 1).
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const double exponent = instr.attrs.real("exponent");
    if (exponent == 0) return noValue;
    if (exponent == 1) return v;
    if (exponent == 2) return b.scale(b.mul(v, instr.in[0]), 2);
    const Attrs lower = b.attrs("pow_scalar").with("exponent", exponent - 1);
    return b.scale(b.mul(v, b.emit("pow_scalar", lower, {instr.in[0]})), exponent);
}

/// The usual ones have functions of their own.
kernels::Problem problem(const OpQuery& q) {
    using enum kernels::Pointwise;
    const double exponent = q.instr.attrs.real("exponent");
    if (exponent == 2) return kernels::Map{Square};
    if (exponent == 0.5) return kernels::Map{Sqrt};
    if (exponent == -1) return kernels::Map{Reciprocal};
    return kernels::Map{PowScalar, exponent};
}

constexpr FieldSpec fields[] = {{.id = "exponent",
                                 .title = "Exponent",
                                 .type = FieldType::Real,
                                 .defaultNumber = 2,
                                 .help = "The power that every number is raised to.",
                                 .onNode = OnNode::Value}};
constexpr OpSample samples[] = {{"", "3x5"},
                                {"exponent=3", "2x3x5x7"},
                                {"exponent=0.5", "1x17x3x1", 0.5, 2},
                                {"exponent=-1", "5", 0.5, 2},
                                {"exponent=-2.5", "2x3", 0.5, 2},
                                {"exponent=1", "4"},
                                {"exponent=0", "3"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "pow_scalar",
    .title = "Power of a number",
    .category = "math",
    .summary = "Numbers to the power of a fixed exponent.",
    .formula = "y = x^exponent",
    .searchWords = "exponent raise square cube root",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = problem,
    .samples = samples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::pow_scalar
