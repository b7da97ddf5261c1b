// SPDX-License-Identifier: Apache-2.0
// Peak signal-to-noise ratio of pictures whose numbers go from 0 to 1.
#include <cmath>
#include <limits>

#include "core/metrics/differences.h"

namespace vitrine::metrics::psnr {

namespace {

double squared(double x) { return x * x; }
double decibels(double error) {
    return error > 0 ? -10 * std::log10(error) : std::numeric_limits<double>::quiet_NaN();
}

bool fits(const ValueShape& prediction, const ValueShape& target) {
    return areNumbers(prediction, target) && prediction.shape.rank() >= 3;
}

std::unique_ptr<MetricSum> make() {
    return std::make_unique<MeanOfDifferences<squared, decibels>>();
}

}  // namespace

extern const MetricDescriptor descriptor;
constinit const MetricDescriptor descriptor = {
    .id = "psnr",
    .title = "PSNR",
    .summary =
        "Peak signal-to-noise ratio in decibels, of the mean squared error over all pixels of the "
        "set, for numbers from 0 to 1. Of pictures that are equal it says nothing.",
    .unit = MetricUnit::Number,
    .isLargerBetter = true,
    .fits = fits,
    .make = make,
};

}  // namespace vitrine::metrics::psnr
