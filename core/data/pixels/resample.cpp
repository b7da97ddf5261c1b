// SPDX-License-Identifier: Apache-2.0
// One filter, along one axis after the other.
#include "core/data/pixels/resample.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vitrine {

namespace {

double sinc(double x) {
    return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

double cubic(double x) {
    constexpr double a = -0.5;
    if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/// `x`: distance, not negative, where the filter has its usual width.
double weightAt(Resampling way, double x) {
    switch (way) {
        case Resampling::Bicubic:
            return cubic(x);
        case Resampling::Lanczos:
            return x < 3 ? sinc(x) * sinc(x / 3) : 0;
        default:
            return std::max(0.0, 1 - x);
    }
}

double supportOf(Resampling way) {
    return way == Resampling::Bicubic ? 2 : way == Resampling::Lanczos ? 3 : 1;
}

void addTaps(ResampleFilter& filter, int64_t first, const std::vector<double>& weights) {
    double sum = 0;
    for (const double weight : weights) sum += weight;
    filter.taps.push_back({first, std::ssize(filter.weights), std::ssize(weights)});
    for (const double weight : weights)
        filter.weights.push_back(static_cast<int32_t>(
            std::floor(0.5 + weight / sum * (1 << ResampleFilter::weightBits))));
}

/// The weight of a pixel is how much of it the new one covers.
void addCover(ResampleFilter& filter, int64_t i, int64_t from, double scale) {
    const double begin = static_cast<double>(i) * scale, end = begin + scale;
    const auto first = static_cast<int64_t>(begin);
    const int64_t last = std::min(from, static_cast<int64_t>(std::ceil(end)));
    std::vector<double> weights;
    for (int64_t x = first; x < last; ++x)
        weights.push_back(std::min(end, static_cast<double>(x + 1)) -
                          std::max(begin, static_cast<double>(x)));
    addTaps(filter, first, weights);
}

void resampleRows(WorkedImage& image, int64_t width, Resampling way, bool antialias) {
    const int64_t rows = image.shape[0] * image.shape[1], old = image.shape[2];
    const ResampleFilter filter = filterOf(old, width, way, antialias);
    image.spare.resize(static_cast<size_t>(rows * width));
    uint8_t* to = image.spare.data();
    for (int64_t row = 0; row < rows; ++row)
        for (const ResampleFilter::Taps& taps : filter.taps)
            *to++ = filter.sumOf(image.pixels.data() + row * old, 1, taps);
    image.pixels.swap(image.spare);
    image.shape = {image.shape[0], image.shape[1], width};
}

void resampleColumns(WorkedImage& image, int64_t height, Resampling way, bool antialias) {
    const int64_t old = image.shape[1], width = image.shape[2];
    const ResampleFilter filter = filterOf(old, height, way, antialias);
    image.spare.resize(static_cast<size_t>(image.shape[0] * height * width));
    uint8_t* to = image.spare.data();
    for (int64_t c = 0; c < image.shape[0]; ++c)
        for (const ResampleFilter::Taps& taps : filter.taps)
            for (int64_t x = 0; x < width; ++x)
                *to++ = filter.sumOf(image.pixels.data() + c * old * width + x, width, taps);
    image.pixels.swap(image.spare);
    image.shape = {image.shape[0], height, width};
}

/// Whole numbers: (i + ½) · from / to lies where it lies, however large the sides are.
int64_t nearest(int64_t i, int64_t from, int64_t to) { return (2 * i + 1) * from / (2 * to); }

void takeNearest(WorkedImage& image, int64_t height, int64_t width) {
    const int64_t oldHeight = image.shape[1], oldWidth = image.shape[2];
    image.spare.resize(static_cast<size_t>(image.shape[0] * height * width));
    uint8_t* to = image.spare.data();
    for (int64_t c = 0; c < image.shape[0]; ++c)
        for (int64_t y = 0; y < height; ++y) {
            const uint8_t* row =
                image.pixels.data() + (c * oldHeight + nearest(y, oldHeight, height)) * oldWidth;
            for (int64_t x = 0; x < width; ++x) *to++ = row[nearest(x, oldWidth, width)];
        }
    image.pixels.swap(image.spare);
    image.shape = {image.shape[0], height, width};
}

}  // namespace

ResampleFilter filterOf(int64_t from, int64_t to, Resampling way, bool antialias) {
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    const double stretch = antialias ? std::max(1.0, scale) : 1.0;
    const double reach = supportOf(way) * stretch;
    ResampleFilter filter;
    for (int64_t i = 0; i < to; ++i) {
        if (way == Resampling::Area) {
            addCover(filter, i, from, scale);
            continue;
        }
        const double centre = (static_cast<double>(i) + 0.5) * scale;
        const int64_t first = std::max<int64_t>(0, static_cast<int64_t>(centre - reach + 0.5));
        const int64_t end = std::min(from, static_cast<int64_t>(centre + reach + 0.5));
        std::vector<double> weights;
        for (int64_t x = first; x < end; ++x)
            weights.push_back(
                weightAt(way, std::abs(static_cast<double>(x) - centre + 0.5) / stretch));
        addTaps(filter, first, weights);
    }
    return filter;
}

Resampling resamplingNamed(std::string_view name) {
    return static_cast<Resampling>(std::ranges::find(resamplings, name) - resamplings);
}

void resample(WorkedImage& image, int64_t height, int64_t width, Resampling way, bool antialias) {
    if (image.shape[1] == height && image.shape[2] == width) return;
    if (way == Resampling::Nearest || image.isMask) return takeNearest(image, height, width);
    if (image.shape[2] != width) resampleRows(image, width, way, antialias);
    if (image.shape[1] != height) resampleColumns(image, height, way, antialias);
}

}  // namespace vitrine
