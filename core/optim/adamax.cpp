// SPDX-License-Identifier: Apache-2.0
// Adamax (Kingma & Ba 2015, section 7): Adam with the largest gradient in place of the mean square.
#include "core/optim/families/adam_rules.h"

namespace vitrine::optim::adamax {

namespace {

/// u' = max(β₂ u, |g| + eps); epsilon is inside of the maximum, as in PyTorch.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    UpdateRules rules(b, c);
    const double beta1 = attrs.real("beta1");
    const ValueId gradient = rules.coupled(attrs.real("weight_decay"));
    const ValueId first = rules.mean(rules.slot(0), gradient, beta1);
    const ValueId size = rules.plus(b.emit("abs", {gradient}), attrs.real("eps"));
    const ValueId largest = rules.larger(b.scale(rules.slot(1), attrs.real("beta2")), size);
    const ValueId stepSize = rules.over(rules.rate(), rules.correction(beta1));
    const ValueId way = rules.times(rules.over(first, largest), stepSize);
    return {rules.minus(rules.parameter(), way), first, largest};
}

constexpr FieldSpec fields[] = {
    beta1Field,
    shareField("beta2", "Beta 2", 0.999, "Share of the largest gradient that stays at each step."),
    epsilonField, coupledDecay};
constexpr std::string_view slotNames[] = {"first_moment", "largest_gradient"};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "adamax",
    .title = "Adamax",
    .summary =
        "Adam that divides by the largest recent gradient of each weight; not thrown by single "
        "large "
        "ones.",
    .fields = fields,
    .slotsOf = likeParameter<slotNames>,
    .build = build,
};

}  // namespace vitrine::optim::adamax
