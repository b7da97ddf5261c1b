// SPDX-License-Identifier: Apache-2.0
// What lies inside is copied a row at a time; the border pixel by pixel.
#include "core/data/pixels/crop.h"

#include <algorithm>

namespace vitrine {

namespace {

constexpr int64_t nowhere = -1;

/// Where the number at `i` of `count` comes from; `nowhere`: it is the fill.
int64_t sourceOf(int64_t i, int64_t count, Border border) {
    if (i >= 0 && i < count) return i;
    if (border == Border::Fill) return nowhere;
    if (border == Border::Edge || count == 1) return std::clamp<int64_t>(i, 0, count - 1);
    const int64_t shared = border == Border::Reflect ? 1 : 0;
    const int64_t period = 2 * (count - shared);
    const int64_t at = ((i % period) + period) % period;
    return at < count ? at : period - at - 1 + shared;
}

}  // namespace

void crop(WorkedImage& image, Corner corner, int64_t height, int64_t width, Border border,
          uint8_t fill) {
    const int64_t channels = image.shape[0], oldHeight = image.shape[1], oldWidth = image.shape[2];
    if (image.isMask) fill = 0;
    const int64_t begin = std::clamp<int64_t>(-corner.left, 0, width),
                  end = std::clamp<int64_t>(oldWidth - corner.left, begin, width);
    image.spare.resize(static_cast<size_t>(channels * height * width));
    uint8_t* to = image.spare.data();
    for (int64_t row = 0; row < channels * height; ++row, to += width) {
        const int64_t source = sourceOf(corner.top + row % height, oldHeight, border);
        if (source == nowhere) {
            std::fill_n(to, width, fill);
            continue;
        }
        const uint8_t* from = image.pixels.data() + (row / height * oldHeight + source) * oldWidth;
        const auto beyond = [&](int64_t x) {
            const int64_t place = sourceOf(corner.left + x, oldWidth, border);
            to[x] = place == nowhere ? fill : from[place];
        };
        for (int64_t x = 0; x < begin; ++x) beyond(x);
        if (begin < end) std::copy_n(from + corner.left + begin, end - begin, to + begin);
        for (int64_t x = std::max(begin, end); x < width; ++x) beyond(x);
    }
    image.pixels.swap(image.spare);
    image.shape = {channels, height, width};
}

void fillPiece(WorkedImage& image, Corner corner, int64_t height, int64_t width, uint8_t fill) {
    if (image.isMask) return;
    const int64_t top = std::max<int64_t>(0, corner.top), left = std::max<int64_t>(0, corner.left);
    const int64_t bottom = std::min(image.shape[1], corner.top + height);
    const int64_t right = std::min(image.shape[2], corner.left + width);
    if (left >= right) return;
    for (int64_t c = 0; c < image.shape[0]; ++c)
        for (int64_t y = top; y < bottom; ++y)
            std::fill_n(image.pixels.begin() + (c * image.shape[1] + y) * image.shape[2] + left,
                        right - left, fill);
}

Corner centred(const Shape& image, int64_t height, int64_t width) {
    return {(image[1] - height) / 2, (image[2] - width) / 2};
}

}  // namespace vitrine
