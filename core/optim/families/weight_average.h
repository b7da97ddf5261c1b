// SPDX-License-Identifier: Apache-2.0
// What averages of weights have in common: the average takes a share of the new weights.
#pragma once

#include "core/optim/extra.h"

namespace vitrine::extras {

inline constexpr std::string_view averageNumbers[] = {"keep", "take"};

/// keep · average + take · weights; exactly the one or the other where a number is 0 and the other
/// one is 1.
inline ExtraResult averaged(Builder& b, const Attrs&, const ExtraContext& c) {
    const ValueId kept = b.mul(c.slot, c.numbers[0]), taken = b.mul(c.after, c.numbers[1]);
    return {c.after, b.add(kept, taken)};
}

/// Number 0 keeps what number 1 does not take.
template <double (*share)(const Attrs&, const ScheduleContext&)>
double shareOf(const Attrs& attrs, const ScheduleContext& c, size_t number) {
    return number == 0 ? 1 - share(attrs, c) : share(attrs, c);
}

inline constexpr FieldSpec startEpoch = {
    .id = "start_epoch",
    .title = "From epoch",
    .type = FieldType::Int,
    .defaultNumber = 0,
    .minimum = 0,
    .maximum = 1e6,
    .help =
        "Epochs that are trained before averaging begins. Until then the average is the "
        "weights themselves."};

}  // namespace vitrine::extras
