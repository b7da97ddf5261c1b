// SPDX-License-Identifier: Apache-2.0
// NAdam (Dozat 2016): Adam with Nesterov's momentum, whose share grows over the first steps.
#include <cmath>

#include "core/optim/families/adam_rules.h"

namespace vitrine::optim::nadam {

namespace {

/// μ_t = β₁ · (1 − 0.5 · 0.96^(ψ t)).
ValueId momentumOf(UpdateRules& rules, ValueId decayed, double beta1) {
    return rules.plus(rules.builder().scale(decayed, -0.5 * beta1), beta1);
}

/// With Π_t = μ_1 · … · μ_t: p' = p − lr · [(1 − μ_t) / (1 − Π_t) · g + μ_{t+1} / (1 − Π_{t+1}) ·
/// m'] / (√(v' / (1 − β₂ᵗ)) + eps). The slot holds 1 − Π, which begins at 0 and loses no digits.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    UpdateRules rules(b, c);
    const double beta1 = attrs.real("beta1"), decay = attrs.real("weight_decay");
    const bool decoupled = attrs.flag("decoupled");
    const ValueId gradient = decoupled ? rules.gradient() : rules.coupled(decay);
    const Moments moments = adamMoments(rules, gradient, attrs);

    const double rise = std::pow(0.96, attrs.real("momentum_decay"));
    const ValueId risen = rules.power(rise);
    const ValueId now = momentumOf(rules, risen, beta1);
    const ValueId next = momentumOf(rules, b.scale(risen, rise), beta1);
    const auto rest = [&](ValueId x) { return rules.plus(b.scale(x, -1), 1); };
    const ValueId left = b.add(rest(now), rules.times(now, rules.slot(2)));
    const ValueId leftNext = b.add(rest(next), rules.times(next, left));

    const ValueId ofGradient = rules.over(rest(now), left);
    const ValueId ofMoment = rules.over(next, leftNext);
    const ValueId way = b.add(rules.times(gradient, rules.times(rules.rate(), ofGradient)),
                              rules.times(moments.first, rules.times(rules.rate(), ofMoment)));
    const ValueId from = decoupled ? rules.decayed(decay) : rules.parameter();
    const ValueId weight =
        rules.minus(from, rules.over(way, adamDivisor(rules, moments.second, attrs)));
    return {weight, moments.first, moments.second, left};
}

std::vector<SlotSpec> slotsFor(const Attrs& attrs, const Shape& parameter) {
    std::vector<SlotSpec> all = likeParameter<adamSlotNames>(attrs, parameter);
    all.push_back({"momentum_used", {}});
    return all;
}

constexpr FieldSpec fields[] = {
    beta1Field,
    beta2Field,
    epsilonField,
    {.id = "momentum_decay",
     .title = "Momentum decay",
     .type = FieldType::Real,
     .defaultNumber = 0.004,
     .minimum = 0,
     .maximum = 1,
     .help = "How fast momentum rises from half of beta 1 to all of it."},
    coupledDecay,
    decoupledField};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "nadam",
    .title = "NAdam",
    .summary = "Adam that looks ahead along its momentum, as Nesterov does.",
    .fields = fields,
    .slotsOf = slotsFor,
    .build = build,
};

}  // namespace vitrine::optim::nadam
