// SPDX-License-Identifier: Apache-2.0
// Continuously differentiable exponential linear unit (Barron 2017).
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::celu {

namespace {

/// v e^(min(x, 0) / alpha).
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const Attrs below = b.attrs("clamp").with("bounds", std::string("high")).with("high", 0.0);
    const ValueId x = b.emit("clamp", below, {instr.in[0]});
    return b.mul(v, b.emit("exp", {b.scale(x, 1 / instr.attrs.real("alpha"))}));
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Map{kernels::Pointwise::Celu, q.instr.attrs.real("alpha")};
}

constexpr FieldSpec fields[] = {{.id = "alpha",
                                 .title = "Alpha",
                                 .type = FieldType::Real,
                                 .defaultNumber = 1,
                                 .minimum = 0.001,
                                 .maximum = 1000,
                                 .help = "Minus what very negative numbers become.",
                                 .onNode = OnNode::Named}};
constexpr OpSample samples[] = {{"", "3x5", -3, 3},
                                {"alpha=0.5", "2x3x5x7"},
                                {"alpha=1.75", "1x17x3x1", -2, 2},
                                {"", "5", -20, 20}};
constexpr OpErrorSample errors[] = {
    {"", "3<10", "x needs floating-point numbers, got i32"},
    {"alpha=-1", "3x5", "field 'alpha' is '-1', wanted a number from 0.001 to 1000"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "celu",
    .title = "CELU",
    .category = "activation",
    .summary = "Negative numbers fade to −alpha along an exponential whose slope at 0 is 1.",
    .formula = "y = x > 0 ? x : alpha · (e^(x / alpha) − 1)",
    .searchWords = "continuous exponential linear activation",
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

}  // namespace vitrine::ops::celu
