// SPDX-License-Identifier: Apache-2.0
// What operators of attention have in common: features as heads, heads that several queries share.
#pragma once

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// [N, T, heads · D] → [N, heads, T, D].
Value asHeads(Context& c, const Value& x, int64_t heads);
/// The other way.
Value asFeatures(Context& c, const Value& x);
/// [N, H, …] with every head `times` times, one after another.
Value repeatedHeads(Context& c, const Value& x, int64_t times);
/// How many heads of queries share one of keys; refused where they do not divide.
int64_t sharedBy(const Context& c, int64_t queryHeads, int64_t keyHeads);

/// x · factor, of x's type.
Value scaledBy(Context& c, const Value& x, double factor);
/// The last two axes exchanged.
Value turned(Context& c, const Value& x);

}  // namespace vitrine::onnx
