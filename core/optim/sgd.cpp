// SPDX-License-Identifier: Apache-2.0
// Stochastic gradient descent with momentum, Nesterov's variant and weight decay.
#include "core/optim/families/update_rules.h"

namespace vitrine::optim::sgd {

namespace {

/// With dampening d: v' = momentum · v + (1 − d) · g', and v' = g' at the first step, as in
/// PyTorch. relu(2 − step) is 1 there and 0 later.
std::vector<ValueId> buildDampened(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    UpdateRules rules(b, c);
    const double momentum = attrs.real("momentum"), dampening = attrs.real("dampening");
    const ValueId gradient = rules.coupled(attrs.real("weight_decay"));
    const ValueId first = b.emit("relu", {rules.plus(b.scale(rules.step(), -1), 2)});
    const ValueId share = rules.plus(b.scale(first, dampening), 1 - dampening);
    const ValueId velocity = b.add(b.scale(rules.slot(0), momentum), rules.times(gradient, share));
    const ValueId way =
        attrs.flag("nesterov") ? b.add(gradient, b.scale(velocity, momentum)) : velocity;
    return {rules.minus(rules.parameter(), rules.times(way, rules.rate())), velocity};
}

/// Without momentum there is nothing to dampen.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    if (attrs.real("dampening") > 0 && attrs.real("momentum") > 0)
        return buildDampened(b, attrs, c);
    const Attrs update = b.attrs("sgd_update")
                             .with("momentum", attrs.real("momentum"))
                             .with("weight_decay", attrs.real("weight_decay"))
                             .with("nesterov", attrs.flag("nesterov"));
    const ValueId operands[] = {c.parameter, c.gradient, c.slotValues[0], c.learningRate, c.scale};
    return b.emitAll("sgd_update", update, operands);
}

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
                                 .help = "Share of each weight that is added to its gradient."},
                                {.id = "nesterov",
                                 .title = "Nesterov",
                                 .type = FieldType::Bool,
                                 .help = "Takes the gradient's step ahead of the velocity's."},
                                addition({.id = "dampening",
                                          .title = "Dampening",
                                          .type = FieldType::Real,
                                          .defaultNumber = 0,
                                          .minimum = 0,
                                          .maximum = 1,
                                          .help = "Share of each gradient but the first that does "
                                                  "not join the velocity."})};
constexpr std::string_view slotNames[] = {"momentum"};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "sgd",
    .title = "SGD",
    .summary = "Gradient descent on batches, with momentum.",
    .fields = fields,
    .slotsOf = likeParameter<slotNames>,
    .build = build,
};

}  // namespace vitrine::optim::sgd
