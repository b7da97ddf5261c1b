// SPDX-License-Identifier: Apache-2.0
// Lets a gradient through where an operand lies outside of two bounds.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::outside_gate {

namespace {

kernels::Problem problem(const OpQuery& q) {
    const Attrs& attrs = q.instr.attrs;
    return kernels::Map{kernels::Pointwise::OutsideGate, attrs.real("low"), attrs.real("high")};
}

constexpr FieldSpec fields[] = {{.id = "low",
                                 .title = "Low",
                                 .type = FieldType::Real,
                                 .defaultNumber = -0.5,
                                 .help = "Open below it."},
                                {.id = "high",
                                 .title = "High",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0.5,
                                 .help = "Open above it."}};
constexpr OpSample samples[] = {{"", "3x5 3x5"},
                                {"low=-0.25 high=0.125", "2x3x5x7 2x3x5x7"},
                                {"low=0.5 high=2", "1x17x3x1 1x17x3x1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "outside_gate",
    .title = "Outside gate",
    .category = "internal",
    .summary = "Lets a gradient through where an operand lies outside of two bounds.",
    .formula = "dx = x < low or x > high ? dy : 0",
    .inputs = pointwise::operandGateInputs,
    .outputs = pointwise::outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::gateVjp,
    .jvp = pointwise::gateJvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = pointwise::operandGateErrors,
};

}  // namespace vitrine::ops::outside_gate
