// SPDX-License-Identifier: Apache-2.0
// One step of Adam (Kingma & Ba 2015) or AdamW (Loshchilov & Hutter 2019) for one parameter, in
// place.
#include <fmt/format.h>

#include "core/opdef/descriptor.h"
#include "core/opdef/operand_checks.h"
#include "kernels/api/update.h"

namespace vitrine::ops::adam_update {

namespace {

enum Input { P, G, M, V, Step, LearningRate, Scale };

Result<void> needCounter(const ValueShape& step) {
    if (step.dtype == DType::I64 && step.shape.elements() == 1) return {};
    return shapeError(
        fmt::format("step needs one i64 element, got {} {}", name(step.dtype), step.shape.text()));
}

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    VITRINE_TRY(needFloat("p", in[P]));
    VITRINE_TRY(needAlike("p and g", in[P], in[G]));
    VITRINE_TRY(needAlike("p and m", in[P], in[M]));
    VITRINE_TRY(needAlike("p and v", in[P], in[V]));
    VITRINE_TRY(needCounter(in[Step]));
    VITRINE_TRY(needScalar("lr", in[LearningRate]));
    VITRINE_TRY(needScalar("scale", in[Scale]));
    return std::vector{in[P], in[M], in[V]};
}

kernels::Kernel bind(const BindContext& c) {
    const Attrs& attrs = c.instr.attrs;
    return kernels::selectAdamUpdate({.count = c.in[P].shape.elements(),
                                      .beta1 = attrs.real("beta1"),
                                      .beta2 = attrs.real("beta2"),
                                      .epsilon = attrs.real("eps"),
                                      .weightDecay = attrs.real("weight_decay"),
                                      .decoupled = attrs.flag("decoupled"),
                                      .precision = c.precision});
}

double flops(const OpQuery& q) { return 15.0 * static_cast<double>(q.in[P].shape.elements()); }

constexpr PortSpec operand(std::string_view id, std::string_view title, std::string_view pattern,
                           std::string_view help) {
    return {.id = id, .title = title, .pattern = pattern, .help = help, .image = false};
}

constexpr PortSpec inputs[] = {
    operand("p", "Parameter", "[…]", "Value before the step."),
    operand("g", "Gradient", "[…]", "Gradient of the loss in the parameter."),
    operand("m", "First moment", "[…]", "Running mean of the gradient."),
    operand("v", "Second moment", "[…]", "Running mean of the squared gradient."),
    operand("step", "Step", "[]", "Number of this update, from 1; one int64."),
    operand("lr", "Learning rate", "[]", "One element."),
    operand("scale", "Scale", "[]", "What clipping multiplies the gradient by; one element.")};
constexpr PortSpec outputs[] = {
    operand("p", "Parameter", "[…]", "Value after the step."),
    operand("m", "First moment", "[…]", "First moment after the step."),
    operand("v", "Second moment", "[…]", "Second moment after the step.")};
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
constexpr InPlace inPlace[] = {{.out = 0, .in = P}, {.out = 1, .in = M}, {.out = 2, .in = V}};
constexpr OpSample samples[] = {
    {"", "3x5 3x5 3x5 3x5 1:i64 scalar scalar", 0.25, 1},
    {"weight_decay=0.01", "2x3x5x7 2x3x5x7 2x3x5x7 2x3x5x7 1:i64 1 1", 0.25, 1},
    {"weight_decay=0.01 decoupled=true", "17 17 17 17 1:i64 scalar 1", 0.25, 1}};
constexpr OpErrorSample errors[] = {
    {"", "5 4 5 5 1:i64 1 1", "p and g need one shape, got [5] and [4]"},
    {"", "5 5 5 5 1 1 1", "step needs one i64 element, got f32 [1]"},
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
    .bind = bind,
    .flops = flops,
    .inPlace = inPlace,
    .precision = PrecisionPolicy::F32Only,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::adam_update
