// SPDX-License-Identifier: Apache-2.0
// Slope of an exponential linear unit.
#include <limits>

#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::elu_slope {

namespace {

/// v alpha e^x below 0.
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const ValueId x = instr.in[0];
    const Attrs below = b.attrs("clamp").with("bounds", std::string("high")).with("high", 0.0);
    const ValueId power = b.emit("exp", {b.emit("clamp", below, {x})});
    const ValueId product = b.mul(v, b.scale(power, instr.attrs.real("alpha")));
    return pointwise::outside(b, product, x, 0, std::numeric_limits<double>::infinity());
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Map{kernels::Pointwise::EluSlope, q.instr.attrs.real("alpha")};
}

constexpr FieldSpec fields[] = {{.id = "alpha",
                                 .title = "Alpha",
                                 .type = FieldType::Real,
                                 .defaultNumber = 1,
                                 .minimum = 0,
                                 .maximum = 1000,
                                 .help = "Slope just below zero.",
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
    .id = "elu_slope",
    .title = "ELU slope",
    .category = "internal",
    .summary = "Slope of an exponential linear unit.",
    .formula = "y = x > 0 ? 1 : alpha · e^x",
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

}  // namespace vitrine::ops::elu_slope
