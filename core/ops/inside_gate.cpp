// SPDX-License-Identifier: Apache-2.0
// Lets a gradient through where an operand lies between two bounds.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::inside_gate {

namespace {

kernels::Problem problem(const OpQuery& q) {
    const Attrs& attrs = q.instr.attrs;
    return kernels::Map{kernels::Pointwise::InsideGate, attrs.real("low"), attrs.real("high")};
}

constexpr FieldSpec fields[] = {{.id = "low",
                                 .title = "Low",
                                 .type = FieldType::Real,
                                 .defaultNumber = -0.5,
                                 .help = "Closed up to it."},
                                {.id = "high",
                                 .title = "High",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0.5,
                                 .help = "Closed from it on."}};
constexpr OpSample samples[] = {{"", "3x5 3x5"},
                                {"low=-0.25 high=0.125", "2x3x5x7 2x3x5x7"},
                                {"low=0.5 high=2", "1x17x3x1 1x17x3x1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "inside_gate",
    .title = "Inside gate",
    .category = "internal",
    .summary = "Lets a gradient through where an operand lies between two bounds.",
    .formula = "dx = low < x < high ? dy : 0",
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

}  // namespace vitrine::ops::inside_gate
