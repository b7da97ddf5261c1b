// SPDX-License-Identifier: Apache-2.0
// Lion (Chen et al. 2023, Symbolic Discovery of Optimization Algorithms, program 1).
#include "core/optim/families/update_rules.h"

namespace vitrine::optim::lion {

namespace {

/// c = β₁ m + (1 − β₁) g, p' = (1 − lr · decay) · p − lr · sign(c), m' = β₂ m + (1 − β₂) g.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    UpdateRules rules(b, c);
    const ValueId gradient = rules.gradient();
    const ValueId way = rules.sign(rules.mean(rules.slot(0), gradient, attrs.real("beta1")));
    const ValueId next = rules.mean(rules.slot(0), gradient, attrs.real("beta2"));
    return {rules.minus(rules.decayed(attrs.real("weight_decay")), rules.times(way, rules.rate())),
            next};
}

constexpr FieldSpec fields[] = {
    shareField("beta1", "Beta 1", 0.9, "Share of the momentum in what decides on the direction."),
    shareField("beta2", "Beta 2", 0.99, "Share of the momentum that stays at each step."),
    weightDecayField(0, decoupledHelp)};
constexpr std::string_view slotNames[] = {"momentum"};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "lion",
    .title = "Lion",
    .summary =
        "Moves every weight by the learning rate, up or down: only the sign of its momentum "
        "counts. "
        "Wants a rate 3 to 10 times smaller than AdamW.",
    .fields = fields,
    .slotsOf = likeParameter<slotNames>,
    .build = build,
};

}  // namespace vitrine::optim::lion
