// SPDX-License-Identifier: GPL-3.0-or-later
// Planes become pixels.
#include "gui/models/image_of.h"

#include <algorithm>
#include <cmath>

namespace vitrine::gui {

namespace {

template <class Byte>
QImage painted(const ImageExtent& extent, Byte byteAt) {
    QImage image(extent.width, extent.height, QImage::Format_RGB32);
    const size_t plane = static_cast<size_t>(extent.height) * static_cast<size_t>(extent.width);
    const bool isColour = extent.channels == 3;
    size_t at = 0;
    for (int y = 0; y < extent.height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < extent.width; ++x, ++at) {
            const int red = byteAt(at);
            line[x] = isColour ? qRgb(red, byteAt(at + plane), byteAt(at + 2 * plane))
                               : qRgb(red, red, red);
        }
    }
    return image;
}

}  // namespace

QImage imageOf(std::span<const uint8_t> pixels, const ImageExtent& extent) {
    return painted(extent, [&](size_t at) { return static_cast<int>(pixels[at]); });
}

QImage imageOf(std::span<const float> pixels, const ImageExtent& extent, double lowest,
               double highest) {
    const double scale = highest > lowest ? 255 / (highest - lowest) : 0;
    return painted(extent, [&](size_t at) {
        const double byte = (static_cast<double>(pixels[at]) - lowest) * scale;
        return static_cast<int>(std::lround(std::clamp(byte, 0.0, 255.0)));
    });
}

}  // namespace vitrine::gui
