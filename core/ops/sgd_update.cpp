// SPDX-License-Identifier: Apache-2.0
// One step of stochastic gradient descent for one parameter, in place.
#include "core/opdef/descriptor.h"

namespace vitrine::ops::sgd_update {

namespace {

enum Input { P, G, V, LearningRate, Scale };

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[P], in[V]};
}

kernels::Problem problem(const OpQuery& q) {
    const Attrs& attrs = q.instr.attrs;
    return kernels::SgdUpdate{.momentum = attrs.real("momentum"),
                              .weightDecay = attrs.real("weight_decay"),
                              .nesterov = attrs.flag("nesterov")};
}

double flops(const OpQuery& q) { return 7.0 * static_cast<double>(q.in[P].shape.elements()); }

constexpr PortSpec operand(std::string_view id, std::string_view title, std::string_view pattern,
                           std::string_view help) {
    return {.id = id, .title = title, .pattern = pattern, .help = help};
}

constexpr PortSpec inputs[] = {
    operand("p", "Parameter", "[S…]", "Value before the step."),
    operand("g", "Gradient", "[S…]", "Gradient of the loss in the parameter."),
    operand("v", "Velocity", "[S…]",
            "Sum of past gradients, decayed; zeros before the first step."),
    operand("lr", "Learning rate", "[]", "One element."),
    operand("scale", "Scale", "[]", "What clipping multiplies the gradient by; one element.")};
constexpr PortSpec outputs[] = {operand("p", "Parameter", "[S…]", "Value after the step."),
                                operand("v", "Velocity", "[S…]", "Velocity after the step.")};
constexpr FieldSpec fields[] = {{.id = "momentum",
                                 .title = "Momentum",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = 1,
                                 .help = "Share of the velocity that stays at each step."},
                                {.id = "weight_decay",
                                 .title = "Weight decay",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = 1e6,
                                 .help = "Share of the parameter that is added to its gradient."},
                                {.id = "nesterov",
                                 .title = "Nesterov",
                                 .type = FieldType::Bool,
                                 .help = "Looks ahead along the velocity."}};
constexpr OpSample samples[] = {
    {"", "3x5 3x5 3x5 scalar scalar"},
    {"momentum=0.9 weight_decay=0.01", "2x3x5x7 2x3x5x7 2x3x5x7 scalar 1"},
    {"momentum=0.9 nesterov=true", "17 17 17 1 scalar"}};
constexpr OpErrorSample errors[] = {
    {"", "3x5 3x4 3x5 scalar scalar", "g needs shape [3, 5], got [3, 4]"},
    {"", "5 5 4 scalar scalar", "v needs shape [5], got [4]"},
    {"", "5 5 5 2 scalar", "lr needs one element, got [2]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "sgd_update",
    .title = "SGD update",
    .category = "internal",
    .summary = "One step of gradient descent with momentum for one parameter.",
    .formula =
        "g' = scale · g + weight_decay · p,  v' = momentum · v + g',  "
        "p' = p − lr · (nesterov ? g' + momentum · v' : v')",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::sgd_update
