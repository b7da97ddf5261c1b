// SPDX-License-Identifier: Apache-2.0
// Which format it is; sizes before pixels.
#include "core/data/pictures/picture.h"

#include <algorithm>
#include <array>

#include "core/data/pictures/picture_formats.h"

namespace vitrine {

namespace {

constexpr std::array<const pictures::Format*, 6> formats{&pictures::png,  &pictures::jpeg,
                                                         &pictures::bmp,  &pictures::pnm,
                                                         &pictures::tiff, &pictures::webp};

const pictures::Format* formatOf(pictures::Bytes bytes) {
    const auto found =
        std::ranges::find_if(formats, [&](const auto* format) { return format->isIt(bytes); });
    return found == formats.end() ? nullptr : *found;
}

Error unknown(std::string_view title) {
    return {"M04",
            fmt::format("{}: it is no {} picture", title, pictureKinds),
            {},
            {},
            "Take it out of the folder, or save it in one of these formats."};
}

}  // namespace

namespace pictures {

Result<void> checkSize(const PictureInfo& info, std::string_view title) {
    if (info.width < 1 || info.height < 1) return damaged(title, "its header names no size");
    if (info.width <= mostPicturePixels / info.height) return {};
    return Error{"M03",
                 fmt::format("{}: it claims {} × {} pixels, wanted at most {}", title,
                             fmt::group_digits(info.width), fmt::group_digits(info.height),
                             fmt::group_digits(mostPicturePixels)),
                 {},
                 {},
                 "Make the picture smaller."};
}

}  // namespace pictures

std::string_view name(PictureKind kind) {
    constexpr std::array<std::string_view, 6> names{"PNG", "JPEG", "BMP", "PPM", "TIFF", "WebP"};
    return names[static_cast<size_t>(kind)];
}

bool isPicture(pictures::Bytes bytes) { return formatOf(bytes) != nullptr; }

Result<PictureInfo> lookAtPicture(pictures::Bytes bytes, std::string_view title) {
    const pictures::Format* format = formatOf(bytes);
    if (!format) return unknown(title);
    auto info = format->look(bytes, title);
    if (!info) return info;
    info->kind = format->kind;
    VITRINE_TRY(pictures::checkSize(*info, title));
    return info;
}

Result<Picture> decodePicture(pictures::Bytes bytes, std::string_view title,
                              Background background) {
    const pictures::Format* format = formatOf(bytes);
    if (format && format->looksByItself) return format->decode(bytes, title, {}, background);
    const Result<PictureInfo> info = lookAtPicture(bytes, title);
    if (!info) return info.error();
    return format->decode(bytes, title, *info, background);
}

Picture withChannels(Picture picture, int channels) {
    if (picture.channels == channels) return picture;
    const auto count = static_cast<size_t>(picture.width * picture.height);
    std::vector<uint8_t> pixels(count * static_cast<size_t>(channels));
    for (size_t i = 0; i < count; ++i) {
        if (channels == 3) {
            std::fill_n(&pixels[3 * i], 3, picture.pixels[i]);
            continue;
        }
        // In parts of 65536, as Pillow does.
        const uint8_t* p = &picture.pixels[3 * i];
        pixels[i] =
            static_cast<uint8_t>((p[0] * 19595U + p[1] * 38470U + p[2] * 7471U + 0x8000U) >> 16);
    }
    return {picture.width, picture.height, channels, std::move(pixels)};
}

}  // namespace vitrine
