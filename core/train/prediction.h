// SPDX-License-Identifier: Apache-2.0
// What an evaluation that has just run said of each image.
#pragma once

#include "core/exec/executor.h"
#include "core/probe/predictions.h"

namespace vitrine {

/// Adds the images of the batch that `evaluation` has run. A network whose logits are not [N, F]
/// names no classes: nothing is added.
void appendPredictions(const Executor& evaluation, Predictions& predictions);

/// How many images of that batch have logits that give no answer (isAnswer).
int64_t imagesWithoutAnswer(const Executor& evaluation);

}  // namespace vitrine
