// SPDX-License-Identifier: Apache-2.0
// One step of Adam (Kingma & Ba 2015) or AdamW (Loshchilov & Hutter 2019) for one parameter, in
// place.
#include <fmt/format.h>

#include "core/opdef/descriptor.h"

namespace vitrine::ops::adam_update {

namespace {

enum Input { P, G, M, V, Step, LearningRate, Scale };

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[P], in[M], in[V]};
}

kernels::Problem problem(const OpQuery& q) {
    const Attrs& attrs = q.instr.attrs;
    return kernels::AdamUpdate{.beta1 = attrs.real("beta1"),
                               .beta2 = attrs.real("beta2"),
                               .epsilon = attrs.real("eps"),
                               .weightDecay = attrs.real("weight_decay"),
                               .decoupled = attrs.flag("decoupled")};
}

double flops(const OpQuery& q) { return 15.0 * static_cast<double>(q.in[P].shape.elements()); }

constexpr PortSpec operand(std::string_view id, std::string_view title, std::string_view pattern,
                           std::string_view help) {
    return {.id = id, .title = title, .pattern = pattern, .help = help};
}

constexpr PortSpec inputs[] = {
    operand("p", "Parameter", "[S…]", "Value before the step."),
    operand("g", "Gradient", "[S…]", "Gradient of the loss in the parameter."),
    operand("m", "First moment", "[S…]", "Running mean of the gradient."),
    operand("v", "Second moment", "[S…]", "Running mean of the squared gradient."),
    {.id = "step",
     .title = "Step",
     .types = DType::I64,
     .pattern = "[]",
     .help = "Number of this update, from 1; one int64."},
    operand("lr", "Learning rate", "[]", "One element."),
    operand("scale", "Scale", "[]", "What clipping multiplies the gradient by; one element.")};
constexpr PortSpec outputs[] = {
    operand("p", "Parameter", "[S…]", "Value after the step."),
    operand("m", "First moment", "[S…]", "First moment after the step."),
    operand("v", "Second moment", "[S…]", "Second moment after the step.")};
constexpr FieldSpec fields[] = {
    {.id = "beta1",
     .title = "Beta 1",
     .type = FieldType::Real,
     .defaultNumber = 0.9,
     .minimum = 0,
     .maximum = 0.999999,
     .help = "Share of the first moment that stays at each step."},
    {.id = "beta2",
     .title = "Beta 2",
     .type = FieldType::Real,
     .defaultNumber = 0.999,
     .minimum = 0,
     .maximum = 0.999999,
     .help = "Share of the second moment that stays at each step."},
    {.id = "eps",
     .title = "Epsilon",
     .type = FieldType::Real,
     .defaultNumber = 1e-8,
     .minimum = 0,
     .maximum = 1,
     .help = "Added to the root of the second moment before dividing by it."},
    {.id = "weight_decay",
     .title = "Weight decay",
     .type = FieldType::Real,
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 1e6,
     .help = "Pull of the parameter towards zero."},
    {.id = "decoupled",
     .title = "Decoupled",
     .type = FieldType::Bool,
     .help = "Weight decay shrinks the parameter itself instead of joining the gradient."}};
constexpr OpSample samples[] = {
    {"", "3x5 3x5 3x5 3x5 1:i64 scalar scalar", 0.25, 1},
    {"weight_decay=0.01", "2x3x5x7 2x3x5x7 2x3x5x7 2x3x5x7 1:i64 1 1", 0.25, 1},
    {"weight_decay=0.01 decoupled=true", "17 17 17 17 1:i64 scalar 1", 0.25, 1}};
constexpr OpErrorSample errors[] = {{"", "5 4 5 5 1:i64 1 1", "g needs shape [5], got [4]"},
                                    {"", "5 5 5 5 1 1 1", "step needs i64, got f32"},
                                    {"", "5 5 5 5 1:i64 1 3", "scale needs one element, got [3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "adam_update",
    .title = "Adam update",
    .category = "internal",
    .summary = "One step of Adam or AdamW for one parameter.",
    .formula =
        "m' = β₁ m + (1 − β₁) g,  v' = β₂ v + (1 − β₂) g²,  "
        "p' = p − lr · (m' / (1 − β₁ᵗ)) / (√(v' / (1 − β₂ᵗ)) + eps)",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::adam_update
