// SPDX-License-Identifier: Apache-2.0
// Measures weights on the test images of a project's data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/probe/confusion_matrix.h"
#include "core/session/training_run.h"

namespace vitrine {

/// What the first loss that compares classes shows of the test images.
struct TestConfusion {
    ConfusionMatrix matrix;
    std::vector<std::string> names;  ///< of its classes; their numbers where the data have none
};

struct Evaluation {
    int64_t images = 0;
    double imagesPerSecond = 0;
    RunEvent score;             ///< loss, losses and metrics
    Channels channels;          ///< what they are called
    int64_t withoutAnswer = 0;  ///< images with outputs that are not finite; counted where a
                                ///< batch's loss is not
    int64_t standIns = 0;       ///< images that stand for others, which cannot be read
    std::optional<TestConfusion> confusion = {};  ///< where it was asked for
    std::vector<Error> remarks = {};              ///< things to tell a person about the data
};

/// H01 where the loss is not finite: then neither number is a result.
std::optional<Error> faultOf(const Evaluation& evaluation);

/// With `countsConfusion` also what is taken for what. Errors: those of project, data, weights
/// (C02, C05, W…) and memory; U21 where confusions are to be counted and no loss compares classes.
Result<Evaluation> evaluateWeights(const RunRequest& request, const std::string& weights,
                                   bool countsConfusion = false);

}  // namespace vitrine
