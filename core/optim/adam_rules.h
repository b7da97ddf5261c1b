// SPDX-License-Identifier: Apache-2.0
// What Adam and AdamW share: fields, slots and the update they append.
#pragma once

#include "core/optim/optimizer.h"

namespace vitrine::optim {

inline constexpr std::string_view adamSlotNames[] = {"first_moment", "second_moment"};

inline constexpr FieldSpec beta1Field = {
    .id = "beta1",
    .title = "Beta 1",
    .type = FieldType::Real,
    .defaultNumber = 0.9,
    .minimum = 0,
    .maximum = 0.999999,
    .help = "Share of the running mean of gradients that stays at each step."};
inline constexpr FieldSpec beta2Field = {
    .id = "beta2",
    .title = "Beta 2",
    .type = FieldType::Real,
    .defaultNumber = 0.999,
    .minimum = 0,
    .maximum = 0.999999,
    .help = "Share of the running mean of squared gradients that stays at each step."};
inline constexpr FieldSpec epsilonField = {
    .id = "eps",
    .title = "Epsilon",
    .type = FieldType::Real,
    .defaultNumber = 1e-8,
    .minimum = 0,
    .maximum = 1,
    .help = "Keeps the division safe where gradients are very small."};

/// `decoupled`: weight decay shrinks the weights themselves (AdamW) instead of joining the
/// gradient.
inline std::vector<ValueId> buildAdam(Builder& b, const Attrs& attrs, const UpdateContext& c,
                                      bool decoupled) {
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
