// SPDX-License-Identifier: Apache-2.0
// A straight line instead of the sigmoid (Courbariaux et al. 2015).
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::hard_sigmoid {

namespace {

/// v · slope between −offset / slope and (1 − offset) / slope; at these two it is 0.
ValueId derivative(Builder& b, const Instr& instr, ValueId v) {
    const double slope = instr.attrs.real("slope"), offset = instr.attrs.real("offset");
    return b.scale(pointwise::inside(b, v, instr.in[0], -offset / slope, (1 - offset) / slope),
                   slope);
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Map{kernels::Pointwise::HardSigmoid, q.instr.attrs.real("slope"),
                        q.instr.attrs.real("offset")};
}

constexpr FieldSpec fields[] = {
    {.id = "slope",
     .title = "Slope",
     .type = FieldType::Real,
     .defaultNumber = 1.0 / 6,
     .minimum = 1e-6,
     .maximum = 1e6,
     .help = "How steep the line is: 1/6 for one that ends at −3 and 3."},
    {.id = "offset",
     .title = "Offset",
     .type = FieldType::Real,
     .defaultNumber = 0.5,
     .help = "Where the line crosses x = 0."}};
constexpr OpSample samples[] = {{"", "3x5", -5, 5},
                                {"slope=0.2", "2x3x5x7", -4, 4},
                                {"slope=0.5 offset=0.25", "1x17x3x1", -2, 2},
                                {"", "scalar"}};
constexpr OpErrorSample errors[] = {
    {"", "3<10", "x needs floating-point numbers, got i32"},
    {"slope=0", "3x5", "field 'slope' is '0', wanted a number from 1e-06 to 1000000"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "hard_sigmoid",
    .title = "Hard sigmoid",
    .category = "activation",
    .summary = "A straight line from 0 to 1, instead of the sigmoid.",
    .formula = "y = min(max(slope · x + offset, 0), 1)",
    .searchWords = "hardsigmoid activation",
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

}  // namespace vitrine::ops::hard_sigmoid
