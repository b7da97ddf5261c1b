// SPDX-License-Identifier: Apache-2.0
// Mean and deviation of the pixels that a network is to learn from, for their normalisation.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "core/base/normalisation.h"
#include "core/data/dataset.h"
#include "core/io/project.h"

namespace vitrine {

struct StatisticsOptions {
    std::string column = {};  ///< of images; empty: the first that are no masks
    int threads = 1;          ///< the result does not depend on it
    std::function<void(double share)> progress = {};
    std::stop_token stop = {};
};

/// Of each channel over all pixels of the training part: mean, and standard deviation (divided by
/// the number of pixels), both of pixels from 0 to 1. Images are as the settings' list for
/// evaluation makes them: nothing is drawn that an image has not. `stored`: data as openRawData
/// gives them; changes of examples are the settings'. Accuracy: sums are exact whole numbers. Any
/// thread; every training image is read once. Errors: "U20" (no images, or a channel whose pixels
/// are all the same), "U28", those of reading, `stopped`.
Result<Normalisation> measuredNormalisation(const Dataset& stored, const DataSettings& settings,
                                            const StatisticsOptions& options = {});

/// With four decimals, as people write them; deviations stay above 0.
Normalisation rounded(const Normalisation& normalisation);

}  // namespace vitrine
