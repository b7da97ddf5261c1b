// SPDX-License-Identifier: Apache-2.0
// How wide the places of maxima are kept.
#pragma once

#include "core/ir/program.h"

namespace vitrine {

/// Gives the index of max pools one byte an element instead of four, where the windows have at most
/// 256 elements and adjoints and tangents of pools alone read it. No other bits.
void keepPlacesInBytes(Program& program);

}  // namespace vitrine
