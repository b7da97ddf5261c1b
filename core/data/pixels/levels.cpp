// SPDX-License-Identifier: Apache-2.0
// Colours: what gives each byte another one, by a table.
#include <algorithm>
#include <array>
#include <numeric>
#include <span>

#include "core/data/pixels/colour.h"

namespace vitrine {

namespace {

using Levels = std::array<uint8_t, 256>;
using Histogram = std::array<int64_t, 256>;

template <class Level>
Levels levels(const Level& level) {
    Levels table;
    for (size_t value = 0; value < table.size(); ++value)
        table[value] = level(static_cast<int64_t>(value));
    return table;
}

void put(std::span<uint8_t> pixels, const Levels& table) {
    for (uint8_t& pixel : pixels) pixel = table[pixel];
}

template <class Level>
void putAll(WorkedImage& image, const Level& level) {
    if (!image.isMask) put(image.pixels, levels(level));
}

/// `work` is given each channel and how often each value stands in it.
template <class Work>
void eachChannel(WorkedImage& image, const Work& work) {
    if (image.isMask) return;
    const auto plane = static_cast<size_t>(image.shape[1] * image.shape[2]);
    for (size_t c = 0; c < static_cast<size_t>(image.shape[0]); ++c) {
        const std::span<uint8_t> pixels = std::span(image.pixels).subspan(c * plane, plane);
        Histogram counts{};
        for (const uint8_t pixel : pixels) ++counts[pixel];
        work(pixels, counts);
    }
}

}  // namespace

void brighten(WorkedImage& image, double factor) {
    putAll(image, [&](int64_t x) {
        return static_cast<uint8_t>(std::clamp(factor * static_cast<double>(x), 0.0, 255.0) + 0.5);
    });
}

void invert(WorkedImage& image) {
    putAll(image, [](int64_t x) { return static_cast<uint8_t>(255 - x); });
}

void solarize(WorkedImage& image, double threshold) {
    putAll(image, [&](int64_t x) {
        return static_cast<uint8_t>(static_cast<double>(x) >= threshold ? 255 - x : x);
    });
}

void posterize(WorkedImage& image, int64_t bits) {
    putAll(image, [&](int64_t x) { return static_cast<uint8_t>(x & ~(0xFF >> bits)); });
}

void stretchContrast(WorkedImage& image) {
    eachChannel(image, [](std::span<uint8_t> pixels, const Histogram&) {
        const auto [least, most] = std::ranges::minmax(pixels);
        const int64_t low = least, range = most - least;
        if (range == 0) return;
        put(pixels, levels([&](int64_t x) {
                const int64_t above = std::clamp<int64_t>(x - low, 0, range);
                return static_cast<uint8_t>((2 * above * 255 + range) / (2 * range));
            }));
    });
}

void equalize(WorkedImage& image) {
    eachChannel(image, [](std::span<uint8_t> pixels, const Histogram& counts) {
        const auto last = std::ranges::find_if(counts.rbegin(), counts.rend(),
                                               [](int64_t count) { return count > 0; });
        const int64_t step = (std::ssize(pixels) - *last) / 255;
        if (step == 0) return;
        int64_t sum = step / 2;
        put(pixels, levels([&](int64_t x) {
                const auto level = static_cast<uint8_t>(std::min<int64_t>(255, sum / step));
                sum += counts[static_cast<size_t>(x)];
                return level;
            }));
    });
}

}  // namespace vitrine
