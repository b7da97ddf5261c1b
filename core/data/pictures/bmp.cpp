// SPDX-License-Identifier: Apache-2.0
// BMP: 1, 4 and 8 bits with a palette, 16, 24 and 32 bits, also where masks say which of them are
// red, green and blue, without compression; rows from below or from above. The fourth byte of 32
// bits is no alpha, as in most programs.
#include <algorithm>
#include <array>
#include <bit>

#include "core/data/pictures/picture_formats.h"

namespace vitrine::pictures {

namespace {

constexpr size_t fileHeader = 14;

uint32_t wordAt(Bytes bytes, size_t at) {
    return byteAt(bytes, at) | byteAt(bytes, at + 1) << 8 | byteAt(bytes, at + 2) << 16 |
           byteAt(bytes, at + 3) << 24;
}
uint32_t shortAt(Bytes bytes, size_t at) { return byteAt(bytes, at) | byteAt(bytes, at + 1) << 8; }

struct Header {
    int64_t width = 0, height = 0;
    bool isFromAbove = false;
    uint32_t bits = 0, pixelsAt = 0, paletteAt = 0, colours = 0;
    std::array<uint32_t, 3> masks{};  ///< of red, green, blue in a pixel of 16 or 32 bits
};
constexpr uint32_t plain = 0, masked = 3;  // kinds of compression

/// Masks that the file gives, or 5 bits for each colour, or 8.
Result<void> readMasks(Bytes bytes, std::string_view title, uint32_t compression, Header& header) {
    constexpr size_t masksAt =
        fileHeader + 40;  // behind the smallest header, inside of larger ones
    header.masks = header.bits == 16 ? std::array{0x7c00U, 0x3e0U, 0x1fU}
                                     : std::array{0xff0000U, 0xff00U, 0xffU};
    if (compression == plain) return {};
    if (bytes.size() < masksAt + 12) return damaged(title, "its BMP header is cut off");
    for (size_t c = 0; c < 3; ++c) {
        const uint32_t mask = wordAt(bytes, masksAt + 4 * c);
        const uint32_t most = mask == 0 ? 0 : mask >> std::countr_zero(mask);
        const bool fits = header.bits == 32 || mask < 1U << 16;
        if (mask == 0 || (most & (most + 1)) != 0 || most > 0xffff || !fits)
            return damaged(title, fmt::format("its BMP mask {:#x} is none of a colour", mask));
        header.masks[c] = mask;
    }
    return {};
}

bool isIt(Bytes bytes) {
    return bytes.size() > fileHeader + 12 && byteAt(bytes, 0) == 'B' && byteAt(bytes, 1) == 'M' &&
           wordAt(bytes, fileHeader) <= 124;
}

Result<Header> readHeader(Bytes bytes, std::string_view title) {
    const uint32_t size = wordAt(bytes, fileHeader);
    if (size < 40) return unread(title, "it is a BMP of OS/2, which is not read");
    if (bytes.size() < fileHeader + size) return damaged(title, "its BMP header is cut off");
    Header header{.width = static_cast<int32_t>(wordAt(bytes, 18)),
                  .height = static_cast<int32_t>(wordAt(bytes, 22))};
    header.isFromAbove = header.height < 0;
    header.height = std::abs(header.height);
    header.bits = shortAt(bytes, 28);
    const uint32_t compression = wordAt(bytes, 30);
    const bool isMasked = compression == masked && (header.bits == 16 || header.bits == 32);
    if (compression != plain && !isMasked)
        return unread(title, fmt::format("its BMP data are compressed (kind {}), which is not read",
                                         compression));
    constexpr std::array known{1U, 4U, 8U, 16U, 24U, 32U};
    if (std::ranges::find(known, header.bits) == known.end())
        return unread(title, fmt::format("it is a BMP of {} bits, which is not read", header.bits));
    VITRINE_TRY(readMasks(bytes, title, compression, header));
    header.pixelsAt = wordAt(bytes, 10);
    header.paletteAt = static_cast<uint32_t>(fileHeader) + size;
    const uint32_t most = header.bits <= 8 ? 1U << header.bits : 0;
    header.colours = wordAt(bytes, 46) == 0 ? most : std::min(wordAt(bytes, 46), most);
    return header;
}

Result<PictureInfo> look(Bytes bytes, std::string_view title) {
    const auto header = readHeader(bytes, title);
    if (!header) return header.error();
    return PictureInfo{.width = header->width, .height = header->height, .channels = 3};
}

void addBgr(Picture& picture, Bytes bytes, size_t at) {
    for (size_t c : {2, 1, 0})
        picture.pixels.push_back(static_cast<uint8_t>(byteAt(bytes, at + c)));
}

/// Colour `x` of a row of pixels with 16 bits and more.
void addColour(Picture& picture, Bytes bytes, size_t rowAt, size_t x, const Header& header) {
    const size_t at = rowAt + x * (header.bits / 8);
    if (header.bits == 24) return addBgr(picture, bytes, at);
    const uint32_t pixel = header.bits == 16 ? shortAt(bytes, at) : wordAt(bytes, at);
    for (const uint32_t mask : header.masks) {
        const int shift = std::countr_zero(mask);
        picture.pixels.push_back(toByte((pixel & mask) >> shift, mask >> shift));
    }
}

/// Which colour of the palette pixel `x` of a row is.
uint32_t indexAt(Bytes bytes, size_t rowAt, size_t x, uint32_t bits) {
    const size_t bit = x * bits;
    const uint32_t shift = 8 - bits - static_cast<uint32_t>(bit % 8);
    return byteAt(bytes, rowAt + bit / 8) >> shift & ((1U << bits) - 1);
}

Result<Picture> decode(Bytes bytes, std::string_view title, const PictureInfo& info, Background) {
    const auto header = readHeader(bytes, title);
    if (!header) return header.error();
    const size_t rowBytes = (static_cast<size_t>(info.width) * header->bits + 31) / 32 * 4;
    const size_t needed = header->pixelsAt + rowBytes * static_cast<size_t>(info.height);
    const size_t paletteEnd = header->paletteAt + 4 * size_t{header->colours};
    if (bytes.size() < std::max(needed, paletteEnd))
        return damaged(title, fmt::format("it has {} bytes, its BMP header wants {}", bytes.size(),
                                          std::max(needed, paletteEnd)));
    Picture picture{info.width, info.height, 3, {}};
    picture.pixels.reserve(static_cast<size_t>(3 * info.width * info.height));
    for (int64_t y = 0; y < info.height; ++y) {
        const int64_t row = header->isFromAbove ? y : info.height - 1 - y;
        const size_t at = header->pixelsAt + rowBytes * static_cast<size_t>(row);
        for (size_t x = 0; x < static_cast<size_t>(info.width); ++x) {
            if (header->bits >= 16) {
                addColour(picture, bytes, at, x, *header);
                continue;
            }
            const uint32_t colour = indexAt(bytes, at, x, header->bits);
            if (colour >= header->colours)
                return damaged(title, fmt::format("colour {} is not in its palette of {}", colour,
                                                  header->colours));
            addBgr(picture, bytes, header->paletteAt + 4 * size_t{colour});
        }
    }
    return picture;
}

}  // namespace

const Format bmp = {PictureKind::Bmp, isIt, look, decode};

}  // namespace vitrine::pictures
