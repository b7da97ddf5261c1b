// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of images that are stored as planes of numbers, one for each channel.
#pragma once

#include <QImage>

#include <cstdint>
#include <span>

namespace vitrine::gui {

/// Extents of an image [channels, height, width].
struct ImageExtent {
    int channels = 0, height = 0, width = 0;
    qsizetype elements() const { return qsizetype{channels} * height * width; }
    bool operator==(const ImageExtent&) const = default;
};

/// Three channels are red, green and blue; of any other number the first is shown in grey.
QImage imageOf(std::span<const uint8_t> pixels, const ImageExtent& extent);
/// `lowest` is black, `highest` is white.
QImage imageOf(std::span<const float> pixels, const ImageExtent& extent, double lowest = 0,
               double highest = 1);

}  // namespace vitrine::gui
