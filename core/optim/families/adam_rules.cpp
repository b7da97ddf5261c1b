// SPDX-License-Identifier: Apache-2.0
// Updates of Adam, AdamW and their AMSGrad.
#include "core/optim/families/adam_rules.h"

namespace vitrine::optim {

namespace {

/// Reddi, Kale & Kumar 2018 as PyTorch has it: the largest second moment is kept as it is, and
/// corrected by the present step; epsilon is outside of the root.
std::vector<ValueId> buildAmsgrad(Builder& b, const Attrs& attrs, const UpdateContext& c,
                                  bool decoupled) {
    UpdateRules rules(b, c);
    const double decay = attrs.real("weight_decay");
    const ValueId gradient = decoupled ? rules.gradient() : rules.coupled(decay);
    const Moments moments = adamMoments(rules, gradient, attrs);
    const ValueId largest = rules.larger(rules.slot(2), moments.second);
    const ValueId stepSize = rules.over(rules.rate(), rules.correction(attrs.real("beta1")));
    const ValueId way = rules.over(moments.first, adamDivisor(rules, largest, attrs));
    const ValueId from = decoupled ? rules.decayed(decay) : rules.parameter();
    return {rules.minus(from, rules.times(way, stepSize)), moments.first, moments.second, largest};
}

}  // namespace

Moments adamMoments(UpdateRules& rules, ValueId gradient, const Attrs& attrs) {
    return {rules.mean(rules.slot(0), gradient, attrs.real("beta1")),
            rules.mean(rules.slot(1), rules.squared(gradient), attrs.real("beta2"))};
}

ValueId adamDivisor(UpdateRules& rules, ValueId second, const Attrs& attrs) {
    const ValueId correction = rules.inverse(rules.correction(attrs.real("beta2")));
    return rules.plus(rules.root(rules.times(second, correction)), attrs.real("eps"));
}

std::vector<SlotSpec> adamSlots(const Attrs& attrs, const Shape& parameter) {
    std::vector<SlotSpec> slots = likeParameter<adamSlotNames>(attrs, parameter);
    if (attrs.flag("amsgrad")) slots.push_back({"largest_second_moment", parameter});
    return slots;
}

std::vector<ValueId> buildAdam(Builder& b, const Attrs& attrs, const UpdateContext& c,
                               bool decoupled) {
    if (attrs.flag("amsgrad")) return buildAmsgrad(b, attrs, c, decoupled);
    const Attrs update = b.attrs("adam_update")
                             .with("beta1", attrs.real("beta1"))
                             .with("beta2", attrs.real("beta2"))
                             .with("eps", attrs.real("eps"))
                             .with("weight_decay", attrs.real("weight_decay"))
                             .with("decoupled", decoupled);
    const ValueId operands[] = {c.parameter, c.gradient,     c.slotValues[0], c.slotValues[1],
                                c.step,      c.learningRate, c.scale};
    return b.emitAll("adam_update", update, operands);
}

}  // namespace vitrine::optim
