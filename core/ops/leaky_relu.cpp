// SPDX-License-Identifier: Apache-2.0
// Negative numbers keep a small share of their size.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::leaky_relu {

namespace {

/// The slope is not negative, so the result tells which side of zero the input was on.
ValueId gated(Builder& b, const Instr& instr, ValueId derivative) {
    return b.emit("leaky_relu_gate",
                  b.attrs("leaky_relu_gate").with("slope", instr.attrs.real("slope")),
                  {derivative, instr.out[0]});
}

void vjp(VjpContext& c) { c.inGrad[0] = gated(c.b, c.instr, c.outGrad[0]); }

void jvp(JvpContext& c) { c.outTangent[0] = gated(c.b, c.instr, c.inTangent[0]); }

kernels::Problem problem(const OpQuery& q) {
    return kernels::Map{kernels::Pointwise::LeakyRelu, q.instr.attrs.real("slope")};
}

constexpr FieldSpec fields[] = {{.id = "slope",
                                 .title = "Slope",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0.01,
                                 .minimum = 0,
                                 .maximum = 1,
                                 .help = "Factor of negative inputs.",
                                 .onNode = OnNode::Value}};
constexpr OpSample samples[] = {
    {"", "3x5"}, {"slope=0.25", "2x3x5x7"}, {"slope=1", "1x17x3x1"}, {"slope=0", "5"}};
constexpr OpErrorSample errors[] = {
    {"", "3<10", "x needs floating-point numbers, got i32"},
    {"slope=-0.5", "3x5", "field 'slope' is '-0.5', wanted a number from 0 to 1"}};
}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "leaky_relu",
    .title = "Leaky ReLU",
    .category = "activation",
    .summary = "Negative numbers keep a small share of their size.",
    .formula = "y = x > 0 ? x : slope · x",
    .searchWords = "lrelu activation",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::leaky_relu
