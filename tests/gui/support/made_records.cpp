// SPDX-License-Identifier: Apache-2.0
// Formulas instead of training.
#include "tests/gui/support/made_records.h"

#include <cmath>

namespace vitrine::test {

namespace {

/// Between −1 and 1, looks random.
double noise(int64_t i) {
    const double x = std::sin(static_cast<double>(i) * 12.9898) * 43758.5453;
    return 2 * (x - std::floor(x)) - 1;
}

double fall(double step) { return 0.05 + 2.25 / (1 + step / 200); }

}  // namespace

std::vector<StepRecord> madeSteps(int64_t first, int count, int64_t stepsPerEpoch) {
    std::vector<StepRecord> records;
    for (int64_t step = first; step < first + count; ++step) {
        const double smooth = fall(static_cast<double>(step));
        records.push_back({.step = step,
                           .epoch = (step - 1) / stepsPerEpoch,
                           .loss = smooth * (1 + 0.35 * noise(step)),
                           .learningRate = 0.05 * std::pow(0.7, (step - 1) / stepsPerEpoch),
                           .gradNorm = 3 * std::sqrt(smooth) * (1 + 0.5 * noise(step + 7)),
                           .secondsSinceStart = static_cast<double>(step) * 0.004});
    }
    return records;
}

RunEvent madeEpoch(int64_t epoch, int64_t stepsPerEpoch) {
    const double loss = fall(static_cast<double>(epoch * stepsPerEpoch));
    return {.kind = EventKind::EpochDone,
            .step = epoch * stepsPerEpoch,
            .epoch = epoch,
            .trainLoss = 1.2 * loss,
            .testLoss = loss + 0.05,
            .metricCount = 1,
            .metrics = {1 - 0.3 * loss},
            .imagesPerSecond = 12'400};
}

HistogramRecord madeHistogram(int64_t step, int32_t subject, double exponent, int zeros) {
    HistogramRecord record;
    record.step = step;
    record.subject = subject;
    const double middle = exponent - 2.0 * static_cast<double>(step) / 4000;
    double squares = 0;
    for (int bin = 0; bin < LogHistogram::bins; ++bin) {
        if (bin == LogHistogram::zeroBin) continue;
        const double away = (LogHistogram::exponentOf(bin) - middle) / 1.8;
        const double share = std::exp(-away * away / 2) * (1 + 0.2 * noise(step + bin));
        const auto count = static_cast<uint32_t>(std::lround(1100 * share));
        record.histogram.counts[static_cast<size_t>(bin)] = count;
        record.statistics.count += count;
        squares += count * std::pow(4.0, LogHistogram::exponentOf(bin) + 0.5);
    }
    record.histogram.counts[LogHistogram::zeroBin] = static_cast<uint32_t>(zeros);
    record.statistics.count += zeros;
    record.statistics.zeros = zeros;
    record.statistics.norm = std::sqrt(squares);
    record.statistics.maximum = std::exp2(middle + 3);
    record.statistics.minimum = -record.statistics.maximum;
    return record;
}

}  // namespace vitrine::test
