// SPDX-License-Identifier: Apache-2.0
// Random programs over every operator of the registry, with the gradient of what comes out: a new
// file in core/ops takes part by its samples.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/ir/program.h"

namespace vitrine::test {

struct RandomProgram {
    Program program;  ///< outputs: `loss`, gradients, and results that have none
    std::set<std::string_view> operators;
    std::string text;  ///< the operators with their fields, in order
    /// Whole numbers and conditions are drawn below this, by input in the program's order; 0 where
    /// an input takes floats.
    std::vector<int64_t> below;
};

/// A function of the seed. Consecutive seeds take all operators in turn, in an order of their own
/// in each turn; a third of the nodes works on inputs and the rest on what others give, shaped to
/// what the sample wants.
RandomProgram randomProgram(uint64_t seed);

}  // namespace vitrine::test
