// SPDX-License-Identifier: Apache-2.0
// What updates begin with that are composed of pointwise operators: the gradient after clipping.
// Its operand `g` is where the gradient of a parameter is found in a tape.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::clipped_gradient {

namespace {

constexpr PortSpec inputs[] = {
    pointwise::repeated("g", "Gradient", "Gradient of the loss in a parameter."),
    pointwise::repeated("scale", "Scale", "What clipping multiplies it by; one element.")};
constexpr OpSample samples[] = {{"", "3x5 scalar"}, {"", "2x3x5x7 1"}, {"", "17 1"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3 2x4", "scale needs extents that repeat to [2, 3], got [2, 4]"},
    {"", "4<10 1", "g needs floating-point numbers, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "clipped_gradient",
    .title = "Clipped gradient",
    .category = "internal",
    .summary = "The gradient of a parameter times the factor that clipping gives.",
    .formula = "y = scale · g",
    .inputs = inputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .problem = pointwise::problem<kernels::Pointwise::Mul>,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::clipped_gradient
