// SPDX-License-Identifier: Apache-2.0
// The rule of the square root: a network cut into blocks keeps what crosses their borders, and
// makes the rest of a block again when the backward phase comes to it.
// Source: Chen, Xu, Zhang, Guestrin, Training deep nets with sublinear memory cost, section 4.
#pragma once

#include <vector>

#include "core/exec/kept_values.h"

namespace vitrine {

/// For several numbers of blocks around the square root of the number of kept values, which roots
/// are given up. Borders lie where little crosses them.
std::vector<std::vector<char>> givenUpInBlocks(const TypedProgram& typed, const KeptValues& facts);

}  // namespace vitrine
