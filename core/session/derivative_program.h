// SPDX-License-Identifier: Apache-2.0
// The program of a network with its loss, gradients, and tangents of those.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/graph/lower.h"
#include "core/session/foreign_network.h"

namespace vitrine {

/// What is derived of.
struct DerivativePlan {
    LowerOptions lower = {};
    std::optional<ChosenThing> loss = {};  ///< else the graph's own
    std::string output = {};               ///< of the program, that `loss` takes
    ValueShape target = {};                ///< that it compares with
    bool withProducts = false;
};

/// What is derived by: a weight or an input.
struct DerivedBy {
    std::string name;  ///< as the file calls it; of inputs the node
    bool isInput = false;
    ValueId value = noValue;
    ValueId gradient = noValue;  ///< noValue: it does not reach the loss
    ValueId tangent = noValue;   ///< products: an input of the program
    ValueId product = noValue;   ///< noValue: zero
};

struct DerivativeProgram {
    Program program;
    ValueId loss = noValue;
    ValueId prediction = noValue, target = noValue;  ///< of a loss that was named
    std::vector<DerivedBy> derived;
};

/// Errors: those of lowering; "shape" (the loss does not take what it is given); "derivative".
Result<DerivativeProgram> derivativeProgram(const ForeignNetwork& network,
                                            const DerivativePlan& plan);

/// Whether a state has a derivative: weights, trained or not; of foreign networks what their file
/// has as weights.
bool isDerived(const ForeignNetwork& network, const StateBinding& state);

}  // namespace vitrine
