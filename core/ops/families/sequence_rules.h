// SPDX-License-Identifier: Apache-2.0
// Sequences of a batch whose lengths are values: what is turned round, and which steps there are.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::sequence {

/// x [T, N, …] (timeAxis 0) or [N, T, …] (1) with the first `lengths` [N] steps of each sequence in
/// reverse order.
ValueId turned(Builder& b, ValueId x, ValueId lengths, int timeAxis);

/// Whether step `step` is one of each sequence: bool [N, 1].
ValueId isThere(Builder& b, ValueId lengths, int64_t step);

}  // namespace vitrine::sequence
