// SPDX-License-Identifier: Apache-2.0
// Whether the tensors of a file are those of a network, and where they are not, in which way.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/exec/state_layout.h"
#include "core/session/weights_match.h"

namespace vitrine {

/// Every parameter and statistic has a tensor of its shape and a type that becomes its own.
/// Errors: W08 where only element types are in the way; C02 where names or shapes are: another
/// network, other names, tensors that are missing, other shapes. All list what differs.
Result<void> checkFit(const WeightFile& file, const StateLayout& layout, const WeightsMatch& match);

}  // namespace vitrine
