// SPDX-License-Identifier: Apache-2.0
// Weights of classes that come from counts, put where losses have them.
#pragma once

#include <span>
#include <string_view>

#include "core/graph/edit.h"

namespace vitrine {

/// Whether some loss has a field for weights of classes.
bool hasClassWeights(const Graph& graph);

/// The edits that give these weights, in the order of the classes, to each such loss that compares
/// with `classColumn`; four significant figures. Errors: "U14": there is no such loss, or it has
/// another number of classes.
Result<Transaction> weighClasses(const Graph& graph, std::string_view classColumn,
                                 std::span<const double> weights);

}  // namespace vitrine
