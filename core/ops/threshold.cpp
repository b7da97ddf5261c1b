// SPDX-License-Identifier: Apache-2.0
// Numbers up to a threshold become one value.
#include <limits>

#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::threshold {

namespace {

/// v above the threshold; at it, it is 0.
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    return pointwise::outside(b, v, instr.in[0], -std::numeric_limits<double>::infinity(),
                              instr.attrs.real("threshold"));
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Map{kernels::Pointwise::Threshold, q.instr.attrs.real("threshold"),
                        q.instr.attrs.real("value")};
}

constexpr FieldSpec fields[] = {{.id = "threshold",
                                 .title = "Threshold",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .help = "The largest number that does not stay.",
                                 .onNode = OnNode::Value},
                                {.id = "value",
                                 .title = "Value",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .help = "What numbers up to the threshold become.",
                                 .onNode = OnNode::Named}};
constexpr OpSample samples[] = {{"", "3x5"},
                                {"threshold=0.1 value=-20", "2x3x5x7"},
                                {"threshold=-0.5 value=3", "1x17x3x1"},
                                {"", "scalar"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "threshold",
    .title = "Threshold",
    .category = "activation",
    .summary = "Numbers up to the threshold become a fixed value, the others stay.",
    .formula = "y = x > threshold ? x : value",
    .searchWords = "activation cut",
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

}  // namespace vitrine::ops::threshold
