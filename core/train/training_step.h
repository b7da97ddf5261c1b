// SPDX-License-Identifier: Apache-2.0
// From a forward Program with a loss to a whole training step: backward, gradient norm, clipping,
// update, and what goes on around it.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/optim/clipping.h"
#include "core/optim/extra.h"
#include "core/optim/optimizer.h"

namespace vitrine {

struct TrainingRecipe {
    const OptimizerDescriptor* optimizer = nullptr;
    Attrs optimizerFields;
    Clipping clipping = Clipping::Norm;
    double clipNorm = 0;             ///< the limit of clipping; 0 = none
    std::vector<Extra> extras = {};  ///< inOrder()
    /// The first that a parameter is in holds for it; see parameter_groups.h.
    std::vector<Attrs> groups = {};
    /// Batches whose gradients are added up for one update.
    int64_t accumulate = 1;
    /// Gradients are those of the loss times the state `loss_scale`, up to where they are used: so
    /// that small ones are no zeros in numbers of few digits.
    bool scalesLoss = false;

    /// Does evaluation take an average of the weights?
    bool keepsAverage() const { return !extras.empty() && extras.back().extra->isAverage; }
};

/// What a step does with its gradients.
enum class StepEnd : uint8_t {
    Update,     ///< of the weights
    Accumulate  ///< adds them to those of the steps before
};

/// Appends to a program with output `loss`, whose groups are frozen where they are to be. New
/// inputs: `lr` (one float), `step` (one int64, 1 at the first update), `<extra>.<number>` (one
/// float without axes each). Where batches are accumulated `share` as well, that of this batch in
/// all examples of one update: gradients are means over all of them. A step that accumulates has
/// that one alone. New states: the optimiser's slots, `<parameter>/<slot>`, those of extras, and
/// `<parameter>/accumulated`. New output: `grad_norm` (before clipping; of what is added up so
/// far). With TrainingRecipe::scalesLoss also the state `loss_scale`, one float that no step
/// changes; norm and updates are those of the gradients without it. Errors: "derivative" (see
/// appendGradients); "training" where no parameter reaches the loss.
Result<void> appendTrainingStep(Program& program, const TrainingRecipe& recipe, DType floatType,
                                StepEnd end = StepEnd::Update);

/// Name of the state, and what it starts with.
inline constexpr std::string_view lossScaleState = "loss_scale";
inline constexpr double firstLossScale = 65536;
/// Behind the names of parameters: the states of gradients that are added up.
inline constexpr std::string_view sumSuffix = "/accumulated";

/// A program for evaluation takes averages in place of weights and statistics.
void takeAverages(Program& program);

/// Name of the input for a number of an extra.
std::string extraInput(const ExtraDescriptor& extra, size_t number);

}  // namespace vitrine
