// SPDX-License-Identifier: Apache-2.0
// What an evaluation that has just run said of each image.
#pragma once

#include "core/exec/executor.h"
#include "core/probe/predictions.h"

namespace vitrine {

/// Adds the images of the batch that `evaluation` has run. A network whose logits are not [N, F]
/// names no classes: nothing is added.
void appendPredictions(const Executor& evaluation, Predictions& predictions);

}  // namespace vitrine
