// SPDX-License-Identifier: Apache-2.0
// Sizes near those that do not suit a model.
#pragma once

#include "core/onnx/model.h"
#include "core/session/open_extents.h"

namespace vitrine {

/// Extents that the file leaves open, near the refused ones, with which all its nodes are read: the
/// next multiples of 2, 4, … 64, and what is usual. Empty: none of them suits either.
ChosenExtents suitableSizes(const onnx::Model& model, const ChosenExtents& refused);

}  // namespace vitrine
