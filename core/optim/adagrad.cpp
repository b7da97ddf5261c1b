// SPDX-License-Identifier: Apache-2.0
// Adagrad (Duchi, Hazan & Singer 2011).
#include "core/optim/families/update_rules.h"

namespace vitrine::optim::adagrad {

namespace {

/// s' = s + g², p' = p − lr / (1 + (t − 1) · lr_decay) · g / (√(s' + initial) + eps). The sum's
/// slot begins at 0, and `initial` is added where it is read.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, const UpdateContext& c) {
    UpdateRules rules(b, c);
    const ValueId gradient = rules.coupled(attrs.real("weight_decay"));
    const ValueId sum = b.add(rules.slot(0), rules.squared(gradient));
    const ValueId root = rules.root(rules.plus(sum, attrs.real("initial")));
    const double slower = attrs.real("lr_decay");
    ValueId rate = rules.rate();
    if (slower > 0) rate = rules.over(rate, rules.plus(b.scale(rules.step(), slower), 1 - slower));
    const ValueId way = rules.over(gradient, rules.plus(root, attrs.real("eps")));
    return {rules.minus(rules.parameter(), rules.times(way, rate)), sum};
}

constexpr FieldSpec fields[] = {
    {.id = "lr_decay",
     .title = "Rate decay",
     .type = FieldType::Real,
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 1e6,
     .help = "The learning rate is divided by 1 and this much more for each step before."},
    {.id = "initial",
     .title = "Start of the sum",
     .type = FieldType::Real,
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 1e6,
     .help = "What the sums of squared gradients begin with; more makes the first steps shorter."},
    epsilonOf(1e-10, "Added to the root of the sum before dividing by it."),
    coupledDecay};
constexpr std::string_view slotNames[] = {"sum_of_squares"};

}  // namespace

extern const OptimizerDescriptor descriptor;
constinit const OptimizerDescriptor descriptor = {
    .id = "adagrad",
    .title = "Adagrad",
    .summary =
        "Divides by the root of all squared gradients so far: steps of often changed weights get "
        "shorter.",
    .fields = fields,
    .slotsOf = likeParameter<slotNames>,
    .build = build,
};

}  // namespace vitrine::optim::adagrad
