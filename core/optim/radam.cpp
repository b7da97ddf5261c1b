// SPDX-License-Identifier: Apache-2.0
// RAdam (Liu et al. 2020): Adam that waits until the mean of squares can be trusted.
#include "core/optim/families/adam_rules.h"

namespace vitrine::optim::radam {

namespace {

/// ρ_∞ = 2 / (1 − β₂) − 1, ρ_t = ρ_∞ − 2 t β₂ᵗ / (1 − β₂ᵗ); where ρ_t > 5 the step is divided by
/// √(v' / (1 − β₂ᵗ)), without epsilon's correction, and multiplied by
/// r = √((ρ_t − 4)(ρ_t − 2) ρ_∞ / ((ρ_∞ − 4)(ρ_∞ − 2) ρ_t)), else by nothing. As PyTorch does:
/// √(1 − β₂ᵗ) / (√v' + eps). Gives what m' / (1 − β₁ᵗ) is multiplied by.
ValueId rectified(UpdateRules& rules, ValueId second, const Attrs& attrs) {
    Builder& b = rules.builder();
    const double beta2 = attrs.real("beta2"), most = 2 / (1 - beta2) - 1;
    if (most <= 5) return noValue;
    const ValueId correction = rules.correction(beta2);
    const ValueId lost = rules.over(rules.times(rules.step(), rules.power(beta2)), correction);
    const ValueId length = rules.plus(b.scale(lost, -2), most);
    const ValueId trust = rules.plus(length, -5);
    const ValueId product = rules.times(rules.plus(length, -4), rules.plus(length, -2));
    const ValueId square = b.scale(rules.over(product, length), most / ((most - 4) * (most - 2)));
    const ValueId factor = rules.root(rules.times(square, correction));
    const ValueId divisor = rules.plus(rules.root(second), attrs.real("eps"));
    const ValueId adaptive = rules.times(rules.inverse(divisor), rules.where(factor, trust));
    // 1 as long as nothing is trusted.
    const ValueId plain = rules.plus(b.scale(rules.where(rules.number(1), trust), -1), 1);
    return b.add(adaptive, plain);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    UpdateRules rules(b, c);
    const double decay = attrs.real("weight_decay");
    const bool decoupled = attrs.flag("decoupled");
    const ValueId gradient = decoupled ? rules.gradient() : rules.coupled(decay);
    const Moments moments = adamMoments(rules, gradient, attrs);
    const ValueId stepSize = rules.over(rules.rate(), rules.correction(attrs.real("beta1")));
    ValueId way = rules.times(moments.first, stepSize);
    const ValueId factor = rectified(rules, moments.second, attrs);
    if (factor != noValue) way = rules.times(way, factor);
    const ValueId from = decoupled ? rules.decayed(decay) : rules.parameter();
    return {rules.minus(from, way), moments.first, moments.second};
}

constexpr FieldSpec fields[] = {beta1Field, beta2Field, epsilonField, coupledDecay, decoupledField};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "radam",
    .title = "RAdam",
    .summary =
        "Adam that takes plain steps until its mean of squares has seen enough gradients; needs no "
        "warm-up.",
    .fields = fields,
    .slotsOf = likeParameter<adamSlotNames>,
    .build = build,
};

}  // namespace vitrine::optim::radam
