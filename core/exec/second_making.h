// SPDX-License-Identifier: Apache-2.0
// Rewrites a typed program so that values which its forward phase made are made again behind it,
// and their first copies die early.
#pragma once

#include <vector>

#include "core/exec/kept_values.h"

namespace vitrine {

/// A program with instructions that run a second time, and of which instruction of the source each
/// one is or is a copy.
struct SecondMaking {
    TypedProgram typed;
    std::vector<size_t> source;
};

/// By root, whether the forward phase gives it up; those that may not be made again stay. A copy
/// stands right before the first instruction behind the border that reads it. Its own operands are
/// made again too where nothing else keeps them.
SecondMaking secondMaking(const TypedProgram& typed, const KeptValues& facts,
                          const std::vector<char>& givenUp);

}  // namespace vitrine
