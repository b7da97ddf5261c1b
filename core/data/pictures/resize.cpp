// SPDX-License-Identifier: Apache-2.0
// A triangle filter, one axis after the other.
#include "core/data/pictures/resize.h"

#include <algorithm>
#include <cmath>

namespace vitrine {

namespace {

constexpr int weightBits = 22;

/// What one new pixel takes: from `first` on, a weight for each.
struct Taps {
    int64_t first = 0;
    std::vector<int32_t> weights;
};

std::vector<Taps> tapsOf(int64_t from, int64_t to) {
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    const double reach = std::max(1.0, scale);
    std::vector<Taps> all;
    for (int64_t i = 0; i < to; ++i) {
        const double centre = (static_cast<double>(i) + 0.5) * scale;
        const int64_t first = std::max<int64_t>(0, static_cast<int64_t>(centre - reach + 0.5));
        const int64_t end = std::min(from, static_cast<int64_t>(centre + reach + 0.5));
        std::vector<double> weights;
        double sum = 0;
        for (int64_t x = first; x < end; ++x) {
            const double way = (static_cast<double>(x) - centre + 0.5) / reach;
            weights.push_back(std::max(0.0, 1 - std::abs(way)));
            sum += weights.back();
        }
        Taps taps{first, {}};
        for (double weight : weights)
            taps.weights.push_back(
                static_cast<int32_t>(std::floor(0.5 + weight / sum * (1 << weightBits))));
        all.push_back(std::move(taps));
    }
    return all;
}

/// `step`: bytes from one pixel to the next along the axis.
uint8_t sumOf(const uint8_t* pixels, int64_t step, const Taps& taps) {
    int64_t sum = int64_t{1} << (weightBits - 1);
    const uint8_t* at = pixels + taps.first * step;
    for (int32_t weight : taps.weights) {
        sum += int64_t{*at} * weight;
        at += step;
    }
    return static_cast<uint8_t>(std::clamp<int64_t>(sum >> weightBits, 0, 255));
}

Picture resizedRows(const Picture& picture, int64_t width) {
    if (width == picture.width) return picture;
    const std::vector<Taps> taps = tapsOf(picture.width, width);
    Picture out{width, picture.height, picture.channels, {}};
    out.pixels.reserve(static_cast<size_t>(width * picture.height * picture.channels));
    for (int64_t y = 0; y < picture.height; ++y) {
        const uint8_t* row =
            &picture.pixels[static_cast<size_t>(y * picture.width * picture.channels)];
        for (const Taps& each : taps)
            for (int c = 0; c < picture.channels; ++c)
                out.pixels.push_back(sumOf(row + c, picture.channels, each));
    }
    return out;
}

Picture resizedColumns(const Picture& picture, int64_t height) {
    if (height == picture.height) return picture;
    const int64_t rowBytes = picture.width * picture.channels;
    Picture out{picture.width, height, picture.channels, {}};
    out.pixels.reserve(static_cast<size_t>(height * rowBytes));
    for (const Taps& each : tapsOf(picture.height, height))
        for (int64_t x = 0; x < rowBytes; ++x)
            out.pixels.push_back(sumOf(&picture.pixels[static_cast<size_t>(x)], rowBytes, each));
    return out;
}

/// Copies what lies in both of a picture into one of zeros; offsets may be negative.
Picture placed(const Picture& picture, int64_t height, int64_t width) {
    const int64_t top = (height - picture.height) / 2, left = (width - picture.width) / 2;
    const int64_t c = picture.channels;
    Picture out{width, height, picture.channels, {}};
    out.pixels.resize(static_cast<size_t>(height * width * c));
    const int64_t from = std::max<int64_t>(0, left), end = std::min(width, left + picture.width);
    for (int64_t y = std::max<int64_t>(0, top); y < std::min(height, top + picture.height); ++y)
        std::copy_n(
            &picture.pixels[static_cast<size_t>(((y - top) * picture.width + from - left) * c)],
            (end - from) * c, &out.pixels[static_cast<size_t>((y * width + from) * c)]);
    return out;
}

}  // namespace

Picture resized(const Picture& picture, int64_t height, int64_t width) {
    return resizedColumns(resizedRows(picture, width), height);
}

Picture fitted(const Picture& picture, int64_t height, int64_t width, PictureFit fit) {
    if (picture.height == height && picture.width == width) return picture;
    if (fit == PictureFit::Stretch) return resized(picture, height, width);
    const double tall = static_cast<double>(height) / static_cast<double>(picture.height);
    const double wide = static_cast<double>(width) / static_cast<double>(picture.width);
    const double scale = fit == PictureFit::Letterbox ? std::min(tall, wide) : std::max(tall, wide);
    const auto side = [&](int64_t old) {
        return std::max<int64_t>(1, std::llround(static_cast<double>(old) * scale));
    };
    return placed(resized(picture, side(picture.height), side(picture.width)), height, width);
}

}  // namespace vitrine
