// SPDX-License-Identifier: Apache-2.0
// Edits as somebody makes them who does not look: some work and some are refused.
#pragma once

#include <random>

#include "core/graph/edit.h"

namespace vitrine::test {

/// A function of the generator's state.
Transaction randomEdit(const Graph& graph, std::mt19937& random);

}  // namespace vitrine::test
