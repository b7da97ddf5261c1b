// SPDX-License-Identifier: Apache-2.0
// Classes of examples that are mixed of two.
#pragma once

#include "core/data/transform.h"

namespace vitrine {

/// The example counts as `share` of its own classes and the rest of the other's.
void mixClasses(TransformContext& context, const WorkedExample& other, double share);

/// How much of each class: the shares where there are some, else 1 for the label.
void writeShares(const WorkedExample& example, std::span<float> to);

}  // namespace vitrine
