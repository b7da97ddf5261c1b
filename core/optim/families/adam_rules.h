// SPDX-License-Identifier: Apache-2.0
// What the relatives of Adam share: fields, slots and updates.
#pragma once

#include "core/optim/families/update_rules.h"

namespace vitrine::optim {

inline constexpr std::string_view adamSlotNames[] = {"first_moment", "second_moment"};

inline constexpr FieldSpec beta1Field = shareField(
    "beta1", "Beta 1", 0.9, "Share of the running mean of gradients that stays at each step.");
inline constexpr FieldSpec beta2Field =
    shareField("beta2", "Beta 2", 0.999,
               "Share of the running mean of squared gradients that stays at each step.");
inline constexpr FieldSpec epsilonField =
    epsilonOf(1e-8, "Keeps the division safe where gradients are very small.");
inline constexpr FieldSpec amsgradField =
    addition({.id = "amsgrad",
              .title = "AMSGrad",
              .type = FieldType::Bool,
              .help = "Divides by the largest running mean of squared gradients so far, so that "
                      "steps never grow again (Reddi, Kale & Kumar 2018)."});

/// Running means of gradient and square, and what a step divides by.
struct Moments {
    ValueId first = noValue, second = noValue;
};
Moments adamMoments(UpdateRules& rules, ValueId gradient, const Attrs& attrs);
/// √(second / (1 − β₂ᵗ)) + eps.
ValueId adamDivisor(UpdateRules& rules, ValueId second, const Attrs& attrs);

std::vector<SlotSpec> adamSlots(const Attrs& attrs, const Shape& parameter);
/// `decoupled`: weight decay shrinks the weights themselves (AdamW) instead of joining the
/// gradient.
std::vector<ValueId> buildAdam(Builder& b, const Attrs& attrs, const UpdateContext& c,
                               bool decoupled);

}  // namespace vitrine::optim
