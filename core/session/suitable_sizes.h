// SPDX-License-Identifier: Apache-2.0
// Sizes near those that do not suit a model.
#pragma once

#include "core/onnx/network.h"
#include "core/session/open_extents.h"

namespace vitrine {

/// A node that is not read since shapes do not fit, or are too large; null: there is none, though
/// others may not be read for what they are.
const onnx::Refused* refusedForItsSize(const onnx::Network& network);

/// Extents that the file leaves open, near the refused ones, with which no node is refused for
/// its size: the next multiples of 2, 4, … 64, and what is usual. Empty: none of them suits either.
ChosenExtents suitableSizes(const onnx::Model& model, const ChosenExtents& refused);

}  // namespace vitrine
