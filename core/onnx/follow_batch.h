// SPDX-License-Identifier: Apache-2.0
// One graph for every batch, from two that were made for two of them.
#pragma once

#include "core/onnx/draft.h"

namespace vitrine::onnx {

/// Changes `a` so that it holds for any batch: what `b`, made of the same model for another one,
/// has otherwise is said by what stays (`0` keeps an extent, `-1` takes the rest, an extent of 1
/// repeats). Errors: "O18", with the first node that follows the batch in a way that cannot be
/// said.
Result<void> followBatch(Draft& a, const Draft& b);

}  // namespace vitrine::onnx
