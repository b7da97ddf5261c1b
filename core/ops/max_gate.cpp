// SPDX-License-Identifier: Apache-2.0
// Share of a gradient that the larger of two operands gets.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::max_gate {

namespace {

constexpr PortSpec inputs[] = {pointwise::operand("dy", "Gradient", "Gradient of the larger one."),
                               pointwise::operand("x", "Own", "The operand whose share it is."),
                               pointwise::operand("other", "Other", "What it was compared with.")};
constexpr OpSample samples[] = {
    {"", "3x5 3x5 3x5"}, {"", "2x3x5x7 2x3x5x7 2x3x5x7"}, {"", "1x17x3x1 1x17x3x1 1x17x3x1"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3 2x3 2x4", "other needs shape [2, 3], got [2, 4]"},
    {"", "4<10 4<10 4<10", "dy needs floating-point numbers, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "max_gate",
    .title = "Larger gate",
    .category = "internal",
    .summary = "Share of a gradient that goes to an operand which is the larger one.",
    .formula = "dx = x < other ? 0 : x = other ? dy / 2 : dy",
    .inputs = inputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::gateVjp,
    .jvp = pointwise::gateJvp,
    .problem = pointwise::problem<kernels::Pointwise::MaxGate>,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::max_gate
