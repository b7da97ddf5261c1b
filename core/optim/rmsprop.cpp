// SPDX-License-Identifier: Apache-2.0
// RMSProp (Tieleman & Hinton 2012), centred (Graves 2013), with momentum.
#include "core/optim/families/update_rules.h"

namespace vitrine::optim::rmsprop {

namespace {

/// v' = α v + (1 − α) g²; centred: v' − a'², a' = α a + (1 − α) g, where rounding below 0 counts as
/// 0; p' = p − lr · g / (√ + eps), or with momentum b' = μ b + g / (√ + eps), p' = p − lr · b'.
/// Epsilon is outside of the root, as in PyTorch; TensorFlow has it inside.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    UpdateRules rules(b, c);
    const double alpha = attrs.real("alpha"), momentum = attrs.real("momentum");
    const ValueId gradient = rules.coupled(attrs.real("weight_decay"));
    std::vector<ValueId> next{noValue, rules.mean(rules.slot(0), rules.squared(gradient), alpha)};
    ValueId variance = next[1];
    if (attrs.flag("centered")) {
        next.push_back(rules.mean(rules.slot(1), gradient, alpha));
        variance = b.emit("relu", {rules.minus(variance, rules.squared(next[2]))});
    }
    ValueId way = rules.over(gradient, rules.plus(rules.root(variance), attrs.real("eps")));
    if (momentum > 0) {
        way = b.add(b.scale(rules.slot(next.size() - 1), momentum), way);
        next.push_back(way);
    }
    next[0] = rules.minus(rules.parameter(), rules.times(way, rules.rate()));
    return next;
}

std::vector<SlotSpec> slotsFor(const Attrs& attrs, const Shape& parameter) {
    std::vector<SlotSpec> all{{"mean_square", parameter}};
    if (attrs.flag("centered")) all.push_back({"mean_gradient", parameter});
    if (attrs.real("momentum") > 0) all.push_back({"momentum", parameter});
    return all;
}

constexpr FieldSpec fields[] = {
    shareField("alpha", "Alpha", 0.99,
               "Share of the running mean of squared gradients that stays at each step."),
    epsilonOf(1e-8, "Added to the root of the mean before dividing by it."),
    shareField("momentum", "Momentum", 0, "Share of the velocity that stays at each step."),
    {.id = "centered",
     .title = "Centred",
     .type = FieldType::Bool,
     .help = "Divides by the deviation of the gradients instead of the root of their mean square."},
    coupledDecay};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "rmsprop",
    .title = "RMSProp",
    .summary = "Divides by the root of the mean square of recent gradients.",
    .fields = fields,
    .slotsOf = slotsFor,
    .build = build,
};

}  // namespace vitrine::optim::rmsprop
