// SPDX-License-Identifier: Apache-2.0
// What a plausible training run reports, made by formulas: for views without an engine.
#pragma once

#include <vector>

#include "core/probe/histogram.h"
#include "core/probe/records.h"

namespace vitrine::test {

/// Steps `first` to `first + count − 1` of a run whose loss falls like 2.3 / (1 + step / 200) with
/// noise.
std::vector<StepRecord> madeSteps(int64_t first, int count, int64_t stepsPerEpoch = 500);
/// The end of an epoch of such a run.
RunEvent madeEpoch(int64_t epoch, int64_t stepsPerEpoch = 500);
/// A bell over log magnitude around ±2^exponent, 10,000 elements, with `zeros` in the middle.
HistogramRecord madeHistogram(int64_t step, int32_t subject, double exponent, int zeros = 0);

}  // namespace vitrine::test
