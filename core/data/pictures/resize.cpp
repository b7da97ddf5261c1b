// SPDX-License-Identifier: Apache-2.0
// A triangle filter, one axis after the other.
#include "core/data/pictures/resize.h"

#include <algorithm>
#include <cmath>

#include "core/data/pixels/resample.h"

namespace vitrine {

namespace {

Picture resizedRows(const Picture& picture, int64_t width) {
    if (width == picture.width) return picture;
    const ResampleFilter filter = filterOf(picture.width, width, Resampling::Bilinear, true);
    Picture out{width, picture.height, picture.channels, {}};
    out.pixels.reserve(static_cast<size_t>(width * picture.height * picture.channels));
    for (int64_t y = 0; y < picture.height; ++y) {
        const uint8_t* row =
            &picture.pixels[static_cast<size_t>(y * picture.width * picture.channels)];
        for (const ResampleFilter::Taps& each : filter.taps)
            for (int c = 0; c < picture.channels; ++c)
                out.pixels.push_back(filter.sumOf(row + c, picture.channels, each));
    }
    return out;
}

Picture resizedColumns(const Picture& picture, int64_t height) {
    if (height == picture.height) return picture;
    const int64_t rowBytes = picture.width * picture.channels;
    Picture out{picture.width, height, picture.channels, {}};
    out.pixels.reserve(static_cast<size_t>(height * rowBytes));
    const ResampleFilter filter = filterOf(picture.height, height, Resampling::Bilinear, true);
    for (const ResampleFilter::Taps& each : filter.taps)
        for (int64_t x = 0; x < rowBytes; ++x)
            out.pixels.push_back(
                filter.sumOf(&picture.pixels[static_cast<size_t>(x)], rowBytes, each));
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
