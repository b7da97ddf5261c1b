// SPDX-License-Identifier: Apache-2.0
// From a forward Program with a loss to a whole training step: backward, gradient norm, clipping,
// update.
#pragma once

#include "core/base/result.h"
#include "core/optim/clipping.h"
#include "core/optim/optimizer.h"

namespace vitrine {

struct TrainingRecipe {
    const OptimizerDescriptor* optimizer = nullptr;
    Attrs optimizerFields;
    Clipping clipping = Clipping::Norm;
    double clipNorm = 0;  ///< the limit of clipping; 0 = none
};

/// Appends to a program with output `loss`. New inputs: `lr` (one float), `step` (one int64, 1 at
/// the first update). New states: the optimiser's slots, `<parameter>/<slot>`. New output:
/// `grad_norm` (before clipping). Errors: "derivative" (see appendGradients); "training" where no
/// parameter reaches the loss.
Result<void> appendTrainingStep(Program& program, const TrainingRecipe& recipe, DType floatType);

}  // namespace vitrine
