// SPDX-License-Identifier: Apache-2.0
// What a network says of the examples of a data set, when somebody asks: of the training part, or
// between two evaluations of a run.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "core/probe/predictions.h"
#include "core/session/network_ends.h"
#include "core/session/project.h"
#include "core/train/snapshot.h"

namespace vitrine {

struct AnswerRequest {
    Project project;
    /// As the network takes them.
    std::shared_ptr<const Dataset> data;
    bool isTest = true;
    /// Null: the weights that a run would start with.
    std::shared_ptr<const Snapshot> states = {};
    std::function<void(double share)> progress = {};
    std::stop_token stop = {};
};

/// Runs the network over a part, with nothing that draws numbers in it. `seen`: the outputs of
/// `count` examples from `first` on, which stand first in each of them. Any thread; slow. Errors:
/// those of shapes and lowering; "P13", "U05" where the data do not fit it; H02; `stopped`.
using AnswersSeen =
    std::function<void(int64_t first, int64_t count, const std::vector<PredictedOutput>& outputs)>;
Result<void> askExamples(const AnswerRequest& request, const AnswersSeen& seen);

/// What each example is taken for, by the first output that stands for classes, and how well its
/// class of `labels` is known. Errors: as above, and "U21" where no output does.
Result<Predictions> classAnswers(const AnswerRequest& request, const std::vector<int32_t>& labels);

/// What the network gives for a column of numbers: `column.shape` for each example, by the first
/// output that has as many. Errors: as above, and "U21" where no output has.
Result<std::vector<float>> numberAnswers(const AnswerRequest& request, const Column& column);

}  // namespace vitrine
