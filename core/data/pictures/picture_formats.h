// SPDX-License-Identifier: Apache-2.0
// Inside of picture.h: a reader for each format.
#pragma once

#include <fmt/format.h>

#include "core/data/pictures/picture.h"

namespace vitrine::pictures {

using Bytes = std::span<const std::byte>;

/// Each knows its beginning, its header and its pixels; `decode` is given what `look` gave, where
/// it does not look by itself.
struct Format {
    PictureKind kind;
    bool (*isIt)(Bytes);
    Result<PictureInfo> (*look)(Bytes, std::string_view title);
    Result<Picture> (*decode)(Bytes, std::string_view title, const PictureInfo&, Background);
    bool looksByItself = false;
};

/// Errors: "M02" (no size), "M03" (larger than mostPicturePixels).
Result<void> checkSize(const PictureInfo& info, std::string_view title);

extern const Format png, jpeg, bmp, pnm, tiff, webp;

inline Error damaged(std::string_view title, std::string_view why) {
    return {"M02", fmt::format("{}: {}", title, why), {}, {}, {}};
}
inline Error unread(std::string_view title, std::string_view why) {
    return {"M05",
            fmt::format("{}: {}", title, why),
            {},
            {},
            "Save it as an ordinary PNG or JPEG file."};
}

/// value · 255 / most, rounded.
constexpr uint8_t toByte(uint32_t value, uint32_t most) {
    return static_cast<uint8_t>((value * 255U + most / 2) / most);
}
/// A colour over the background, rounded.
constexpr uint8_t over(uint32_t value, uint32_t alpha, Background background) {
    const uint32_t behind = background == Background::White ? 255 : 0;
    return static_cast<uint8_t>((value * alpha + behind * (255 - alpha) + 127) / 255);
}

inline uint32_t byteAt(Bytes bytes, size_t at) { return std::to_integer<uint32_t>(bytes[at]); }

}  // namespace vitrine::pictures
