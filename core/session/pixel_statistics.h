// SPDX-License-Identifier: Apache-2.0
// Mean and deviation of the pixels that a network learns from.
#pragma once

#include <functional>
#include <stop_token>

#include "core/base/normalisation.h"
#include "core/base/result.h"
#include "core/data/dataset.h"

namespace vitrine {

/// Over all pixels and channels of the training part's first images, as they are stored and scaled
/// from 0 to 1; sums in float64. A deviation of 0 becomes 1. Any thread. Errors: "U04" (no
/// examples, or no images), `stopped`.
Result<Normalisation> normalisationOf(const Dataset& stored,
                                      const std::function<void(double share)>& progress = {},
                                      const std::stop_token& stop = {});

}  // namespace vitrine
