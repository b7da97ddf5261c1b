// SPDX-License-Identifier: Apache-2.0
// BMP: 1, 4 and 8 bits with a palette, 24 and 32 bits, without compression; rows from below or from
// above. The fourth byte of 32 bits is no alpha, as in most programs.
#include <algorithm>

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
};

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
    if (compression != 0)
        return unread(title, fmt::format("its BMP data are compressed (kind {}), which is not read",
                                         compression));
    const bool isKnown = header.bits == 1 || header.bits == 4 || header.bits == 8 ||
                         header.bits == 24 || header.bits == 32;
    if (!isKnown)
        return unread(title, fmt::format("it is a BMP of {} bits, which is not read", header.bits));
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
    const auto addBgr = [&](size_t at) {
        for (size_t c : {2, 1, 0})
            picture.pixels.push_back(static_cast<uint8_t>(byteAt(bytes, at + c)));
    };
    for (int64_t y = 0; y < info.height; ++y) {
        const int64_t row = header->isFromAbove ? y : info.height - 1 - y;
        const size_t at = header->pixelsAt + rowBytes * static_cast<size_t>(row);
        for (size_t x = 0; x < static_cast<size_t>(info.width); ++x) {
            if (header->bits >= 24) {
                addBgr(at + x * (header->bits / 8));
                continue;
            }
            const size_t bit = x * header->bits;
            const uint32_t shift = 8 - header->bits - static_cast<uint32_t>(bit % 8);
            const uint32_t colour =
                byteAt(bytes, at + bit / 8) >> shift & ((1U << header->bits) - 1);
            if (colour >= header->colours)
                return damaged(title, fmt::format("colour {} is not in its palette of {}", colour,
                                                  header->colours));
            addBgr(header->paletteAt + 4 * size_t{colour});
        }
    }
    return picture;
}

}  // namespace

const Format bmp = {PictureKind::Bmp, isIt, look, decode};

}  // namespace vitrine::pictures
