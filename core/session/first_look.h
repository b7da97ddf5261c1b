// SPDX-License-Identifier: Apache-2.0
// What a data set has to be asked before anything is learnt of it.
#pragma once

#include "core/data/dataset.h"

namespace vitrine {

/// Asks both parts for the first example of each class, of the first classes where there are many,
/// so that a file that cannot be read or has another size than wanted is trouble (or a remark) of
/// its source at once. What is in memory is not asked for.
void lookAtFirstOfEachClass(const Dataset& data);

}  // namespace vitrine
