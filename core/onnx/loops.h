// SPDX-License-Identifier: Apache-2.0
// What operators that run a graph again and again have in common.
#pragma once

#include <vector>

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// Turns that are unrolled, those of graphs inside counted by the nodes that they make.
inline constexpr int64_t mostTurns = 10'000;

/// Refuses the turn that is one too many.
void checkTurns(const Context& c, int64_t turn, const Graph& body);
/// BOOL [].
Value truth(const Context& c, bool isTrue);
/// Values of one shape above one another along a new axis; `declared`: of one of them, for where
/// there is none.
Value stacked(Context& c, const std::vector<Value>& list, int64_t axis, const Type& declared);

}  // namespace vitrine::onnx
