// SPDX-License-Identifier: Apache-2.0
// Adadelta (Zeiler 2012).
#include "core/optim/families/update_rules.h"

namespace vitrine::optim::adadelta {

namespace {

/// v' = ρ v + (1 − ρ) g², d = √(u + eps) / √(v' + eps) · g, u' = ρ u + (1 − ρ) d², p' = p − lr · d;
/// epsilon is inside of both roots.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    UpdateRules rules(b, c);
    const double rho = attrs.real("rho"), epsilon = attrs.real("eps");
    const ValueId gradient = rules.coupled(attrs.real("weight_decay"));
    const ValueId squares = rules.mean(rules.slot(0), rules.squared(gradient), rho);
    const ValueId before = rules.root(rules.plus(rules.slot(1), epsilon));
    const ValueId way =
        rules.times(rules.over(before, rules.root(rules.plus(squares, epsilon))), gradient);
    const ValueId ways = rules.mean(rules.slot(1), rules.squared(way), rho);
    return {rules.minus(rules.parameter(), rules.times(way, rules.rate())), squares, ways};
}

constexpr FieldSpec fields[] = {
    shareField("rho", "Rho", 0.9, "Share of the running means that stays at each step."),
    epsilonOf(1e-6, "Inside of both roots; also what the first steps grow from."), coupledDecay};
constexpr std::string_view slotNames[] = {"mean_square", "mean_square_step"};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "adadelta",
    .title = "Adadelta",
    .summary =
        "Steps as long as the last ones were, in units of the weights; its learning rate is about "
        "1.",
    .fields = fields,
    .slotsOf = likeParameter<slotNames>,
    .build = build,
};

}  // namespace vitrine::optim::adadelta
