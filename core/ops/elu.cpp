// SPDX-License-Identifier: Apache-2.0
// Exponential linear unit (Clevert et al. 2015).
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::elu {

namespace {

ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const Attrs slope = b.attrs("elu_slope").with("alpha", instr.attrs.real("alpha"));
    return b.mul(v, b.emit("elu_slope", slope, {instr.in[0]}));
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Map{kernels::Pointwise::Elu, q.instr.attrs.real("alpha")};
}

constexpr FieldSpec fields[] = {{.id = "alpha",
                                 .title = "Alpha",
                                 .type = FieldType::Real,
                                 .defaultNumber = 1,
                                 .minimum = 0,
                                 .maximum = 1000,
                                 .help = "Minus what very negative numbers become.",
                                 .onNode = OnNode::Named}};
constexpr OpSample samples[] = {{"", "3x5", -3, 3},
                                {"alpha=0.5", "2x3x5x7"},
                                {"alpha=1.75", "1x17x3x1", -2, 2},
                                {"", "5", -20, 20}};
constexpr OpErrorSample errors[] = {
    {"", "3<10", "x needs floating-point numbers, got i32"},
    {"alpha=-1", "3x5", "field 'alpha' is '-1', wanted a number from 0 to 1000"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "elu",
    .title = "ELU",
    .category = "activation",
    .summary = "Negative numbers fade to −alpha along an exponential.",
    .formula = "y = x > 0 ? x : alpha · (e^x − 1)",
    .searchWords = "exponential linear activation",
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

}  // namespace vitrine::ops::elu
