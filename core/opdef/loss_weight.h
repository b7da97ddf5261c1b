// SPDX-License-Identifier: Apache-2.0
// The field that every loss has: several of them are added, each by its weight.
#pragma once

#include "core/base/field.h"

namespace vitrine {

inline constexpr FieldSpec lossWeight = addition(
    {.id = "weight",
     .title = "Weight",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .minimum = 0,
     .maximum = 1e6,
     .help = "By how much the loss counts where a network has several: training makes their "
             "weighted sum small. 0: it is shown, and nothing learns from it.",
     .onNode = OnNode::Named});

}  // namespace vitrine
