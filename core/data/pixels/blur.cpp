// SPDX-License-Identifier: Apache-2.0
// A kernel along one axis after the other, on floats.
#include "core/data/pixels/blur.h"

#include <algorithm>
#include <cmath>

namespace vitrine {

namespace {

/// Mirrored as often as it takes.
int64_t mirrored(int64_t i, int64_t count) {
    if (count == 1) return 0;
    const int64_t period = 2 * (count - 1);
    const int64_t at = ((i % period) + period) % period;
    return at < count ? at : period - at;
}

/// to[i] += weight · from[i].
void addTo(float* to, const float* from, float weight, int64_t count) {
    for (int64_t i = 0; i < count; ++i) to[i] += weight * from[i];
}

/// `line`: room for a row with its mirrored borders.
void alongRow(const float* from, float* to, int64_t width, std::span<const float> kernel,
              std::vector<float>& line) {
    const int64_t radius = std::ssize(kernel) / 2;
    line.resize(static_cast<size_t>(width + 2 * radius));
    for (int64_t i = 0; i < std::ssize(line); ++i)
        line[static_cast<size_t>(i)] = from[mirrored(i - radius, width)];
    std::fill_n(to, width, 0.0F);
    for (size_t k = 0; k < kernel.size(); ++k) addTo(to, line.data() + k, kernel[k], width);
}

}  // namespace

std::vector<float> gaussian(double sigma, int64_t radius) {
    std::vector<double> weights;
    double sum = 0;
    for (int64_t x = -radius; x <= radius; ++x) {
        const double way = static_cast<double>(x) / sigma;
        weights.push_back(std::exp(-way * way / 2));
        sum += weights.back();
    }
    std::vector<float> kernel;
    for (const double weight : weights) kernel.push_back(static_cast<float>(weight / sum));
    return kernel;
}

void blur(std::span<float> plane, int64_t height, int64_t width, std::span<const float> kernel,
          std::vector<float>& scratch) {
    static thread_local std::vector<float> line;
    scratch.resize(plane.size());
    for (int64_t y = 0; y < height; ++y)
        alongRow(plane.data() + y * width, scratch.data() + y * width, width, kernel, line);
    std::ranges::fill(plane, 0.0F);
    const int64_t radius = std::ssize(kernel) / 2;
    for (int64_t y = 0; y < height; ++y)
        for (int64_t k = 0; k < std::ssize(kernel); ++k)
            addTo(plane.data() + y * width,
                  scratch.data() + mirrored(y + k - radius, height) * width,
                  kernel[static_cast<size_t>(k)], width);
}

void blur(WorkedImage& image, std::span<const float> kernel) {
    if (image.isMask) return;
    static thread_local std::vector<float> plane, scratch;
    const int64_t height = image.shape[1], width = image.shape[2];
    plane.resize(static_cast<size_t>(height * width));
    for (int64_t c = 0; c < image.shape[0]; ++c) {
        uint8_t* pixels = image.pixels.data() + c * height * width;
        for (size_t i = 0; i < plane.size(); ++i) plane[i] = pixels[i];
        blur(plane, height, width, kernel, scratch);
        for (size_t i = 0; i < plane.size(); ++i)
            pixels[i] = static_cast<uint8_t>(std::min(plane[i], 255.0F) + 0.5F);
    }
}

}  // namespace vitrine
