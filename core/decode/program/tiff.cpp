// SPDX-License-Identifier: Apache-2.0
// TIFF by libtiff: the first page, in strips or tiles, interleaved or planar, as numbers of 8 bits.
// What is white: the largest number of the type; 1 where numbers are floats.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/decode/program/tiff_file.h"

namespace vitrine::decode {

namespace {

/// A half as IEEE 754 has it.
float ofHalf(uint16_t half) {
    const int exponent = half >> 10 & 31;
    const auto fraction = static_cast<float>(half & 1023);
    const float sign = half >> 15 ? -1.0F : 1.0F;
    if (exponent == 31)
        return fraction == 0 ? sign * std::numeric_limits<float>::infinity()
                             : std::numeric_limits<float>::quiet_NaN();
    if (exponent == 0) return sign * std::ldexp(fraction, -24);
    return sign * std::ldexp(1024.0F + fraction, exponent - 25);
}

/// Whole numbers of 1 to 16 or 32 bits in a row of a block. libtiff has put them in the machine's
/// order where they are 8, 16 or 32; others lie packed, the highest bit first.
uint32_t wholeAt(const uint8_t* row, size_t index, uint32_t bits) {
    if (bits == 8) return row[index];
    if (bits == 16) {
        uint16_t value = 0;
        std::memcpy(&value, row + 2 * index, sizeof value);
        return value;
    }
    if (bits == 32) {
        uint32_t value = 0;
        std::memcpy(&value, row + 4 * index, sizeof value);
        return value;
    }
    uint32_t value = 0;
    for (size_t bit = index * bits; bit < (index + 1) * bits; ++bit)
        value = value << 1 | (row[bit / 8] >> (7 - bit % 8) & 1U);
    return value;
}

double floatAt(const uint8_t* row, size_t index, uint32_t bits) {
    if (bits == 16) return ofHalf(static_cast<uint16_t>(wholeAt(row, index, 16)));
    if (bits == 32) return std::bit_cast<float>(wholeAt(row, index, 32));
    double value = 0;
    std::memcpy(&value, row + 8 * index, sizeof value);
    return value;
}

/// Of a strip or a tile, unpacked.
constexpr tmsize_t mostBlockBytes = tmsize_t{1} << 30;

/// value · 255 / most, rounded.
uint8_t scaled(uint64_t value, uint64_t most) {
    return static_cast<uint8_t>((value * 255 + most / 2) / most);
}

class Decoding {
  public:
    Decoding(TiffFile& file, const TiffLayout& layout, std::vector<std::byte>& pixels)
        : m_file(file), m_layout(layout), m_pixels(pixels) {
        if (layout.isPalette()) readPalette();
    }

    void run() {
        const uint16_t perPixel = m_layout.isPalette() ? 3 : m_layout.kept();
        m_pixels.resize(size_t{m_layout.width} * m_layout.height * perPixel);
        const uint16_t planes = m_layout.isPlanar ? m_layout.kept() : 1;
        for (uint16_t plane = 0; plane < planes; ++plane)
            for (uint32_t y = 0; y < m_layout.height; y += m_layout.blockHeight)
                for (uint32_t x = 0; x < m_layout.width; x += m_layout.blockWidth)
                    readBlock(x, y, plane);
        if (m_layout.isFloat()) checkRange();
    }

  private:
    /// Colours of 8 bits where none is larger, of 16 else. Some programs wrote those of 8 into the
    /// high byte alone.
    void readPalette() {
        uint16_t* lists[3] = {};
        if (TIFFGetField(m_file.get(), TIFFTAG_COLORMAP, &lists[0], &lists[1], &lists[2]) == 0)
            refuseDamaged("its TIFF header has no palette");
        const size_t count = size_t{1} << m_layout.bits;
        bool isSmall = true, isHigh = true;
        for (const uint16_t* list : lists)
            for (size_t i = 0; i < count; ++i) {
                isSmall = isSmall && list[i] < 256;
                isHigh = isHigh && (list[i] & 255) == 0;
            }
        for (size_t i = 0; i < count; ++i)
            for (const uint16_t* list : lists)
                m_palette.push_back(isSmall  ? static_cast<uint8_t>(list[i])
                                    : isHigh ? static_cast<uint8_t>(list[i] >> 8)
                                             : scaled(list[i], 65535));
    }

    void readBlock(uint32_t x, uint32_t y, uint16_t plane) {
        TIFF* const tiff = m_file.get();
        const uint32_t height = std::min(m_layout.blockHeight, m_layout.height - y);
        const size_t perRow = size_t{m_layout.blockWidth} *
                              (m_layout.isPlanar ? 1 : m_layout.samples) * m_layout.bits;
        const size_t rowBytes = (perRow + 7) / 8;
        const tmsize_t size = m_layout.isTiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
        if (size <= 0 || static_cast<size_t>(size) < rowBytes * height) m_file.throwDamaged();
        if (size > mostBlockBytes)
            refuseDamaged(fmt::format("its TIFF header claims blocks of {} bytes", size));
        m_block.resize(static_cast<size_t>(size));
        const tmsize_t got = m_layout.isTiled
                                 ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, x, y, 0, plane),
                                                       m_block.data(), size)
                                 : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, y, plane),
                                                        m_block.data(), size);
        if (got < 0 || static_cast<size_t>(got) < rowBytes * height) m_file.throwDamaged();
        const uint32_t width = std::min(m_layout.blockWidth, m_layout.width - x);
        for (uint32_t row = 0; row < height; ++row) {
            const size_t at = (size_t{y} + row) * m_layout.width + x;
            if (m_layout.isPalette())
                putPalette(&m_block[row * rowBytes], at, width);
            else
                putRow(&m_block[row * rowBytes], at, width, plane);
        }
    }

    void putPalette(const uint8_t* row, size_t at, uint32_t width) {
        const size_t step = m_layout.isPlanar ? 1 : m_layout.samples;
        for (size_t i = 0; i < width; ++i) {
            const size_t colour = wholeAt(row, i * step, m_layout.bits);
            std::memcpy(&m_pixels[3 * (at + i)], &m_palette[3 * colour], 3);
        }
    }

    void putRow(const uint8_t* row, size_t at, uint32_t width, uint16_t plane) {
        const size_t kept = m_layout.kept(), step = m_layout.isPlanar ? 1 : m_layout.samples;
        const size_t first = plane, end = m_layout.isPlanar ? plane + size_t{1} : kept;
        for (size_t i = 0; i < width; ++i)
            for (size_t c = first; c < end; ++c)
                m_pixels[kept * (at + i) + c] = std::byte{
                    byteOf(row, i * step + (m_layout.isPlanar ? 0 : c), c < m_layout.colours())};
    }

    uint8_t byteOf(const uint8_t* row, size_t index, bool isColour) {
        const uint32_t bits = m_layout.bits;
        const bool isInverted = isColour && m_layout.photometric == PHOTOMETRIC_MINISWHITE;
        uint8_t value = 0;
        if (m_layout.isFloat()) {
            const double number = floatAt(row, index, bits);
            m_least = std::min(m_least, number);
            m_most = std::max(m_most, number);
            // What is no number is black.
            value = static_cast<uint8_t>(number > 0 ? std::lround(255 * std::min(number, 1.0)) : 0);
        } else {
            const uint64_t most = (uint64_t{1} << bits) - 1;
            value = scaled(wholeAt(row, index, bits), most);
        }
        return isInverted ? static_cast<uint8_t>(255 - value) : value;
    }

    /// A little beyond is what filters leave; far beyond means another scale, which no rule tells.
    void checkRange() const {
        constexpr double slack = 0.5;
        if (m_least >= -slack && m_most <= 1 + slack) return;
        refuse(
            fmt::format("its numbers with fractions run from {:.6g} to {:.6g}, and are read "
                        "from 0 (black) to 1 (white)",
                        m_least, m_most));
    }

    TiffFile& m_file;
    const TiffLayout& m_layout;
    std::vector<std::byte>& m_pixels;
    std::vector<uint8_t> m_block, m_palette;
    double m_least = 0, m_most = 0;
};

Answer answerOf(const TiffLayout& layout) {
    return {.alpha = layout.alpha,
            .width = layout.width,
            .height = layout.height,
            .channels = layout.isPalette() ? 3U : layout.colours(),
            .bits = layout.bits};
}

}  // namespace

Answer lookAtTiff(Bytes bytes) {
    TiffFile file(bytes);
    Answer answer = answerOf(file.layout());
    answer.pages = file.pages();
    return answer;
}

Answer decodeTiff(Bytes bytes, std::vector<std::byte>& pixels) {
    TiffFile file(bytes);
    const TiffLayout layout = file.layout();
    const bool isTooLarge = layout.width > mostPixels / layout.height;
    if (!isTooLarge) Decoding(file, layout, pixels).run();
    return answerOf(layout);
}

}  // namespace vitrine::decode
