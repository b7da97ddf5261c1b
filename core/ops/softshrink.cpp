// SPDX-License-Identifier: Apache-2.0
// Numbers move towards zero by a fixed amount.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::softshrink {

namespace {

/// v outside of ±lambda; at these two it is 0.
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const double lambda = instr.attrs.real("lambda");
    return pointwise::outside(b, v, instr.in[0], -lambda, lambda);
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Map{kernels::Pointwise::Softshrink, q.instr.attrs.real("lambda")};
}

constexpr FieldSpec fields[] = {{.id = "lambda",
                                 .title = "Lambda",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0.5,
                                 .minimum = 0,
                                 .maximum = 1e30,
                                 .help = "How far numbers move.",
                                 .onNode = OnNode::Value}};
constexpr OpSample samples[] = {
    {"", "3x5", -2, 2}, {"lambda=0.25", "2x3x5x7"}, {"lambda=0", "1x17x3x1"}, {"", "scalar"}};
constexpr OpErrorSample errors[] = {
    {"", "3<10", "x needs floating-point numbers, got i32"},
    {"lambda=-1", "3x5", "field 'lambda' is '-1', wanted a number from 0 to 1e+30"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "softshrink",
    .title = "Softshrink",
    .category = "activation",
    .summary = "Numbers move towards zero by lambda; those that would cross it become zero.",
    .formula = "y = x > lambda ? x − lambda : x < −lambda ? x + lambda : 0",
    .searchWords = "soft threshold shrinkage activation sparse",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::vjp<derivative>,
    .jvp = pointwise::jvp<derivative>,
    .problem = problem,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::softshrink
