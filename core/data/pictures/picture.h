// SPDX-License-Identifier: Apache-2.0
// Picture: pixels of a picture file, decoded. PNG, JPEG, BMP, PPM and PGM, told by their contents;
// TIFF and WebP, by the decoder, which is a process of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

enum class PictureKind : uint8_t { Png, Jpeg, Bmp, Pnm, Tiff, Webp };
/// `PNG, JPEG, …`: all that are read, for messages.
inline constexpr std::string_view pictureKinds = "PNG, JPEG, BMP, PPM, PGM, TIFF or WebP";
std::string_view name(PictureKind kind);

/// What a file says of itself before its pixels are decoded.
struct PictureInfo {
    PictureKind kind = PictureKind::Png;
    int64_t width = 0, height = 0;
    int channels = 3;  ///< 1: grey, 3: red, green, blue
    int bits = 8;      ///< of a number in the file, 1 to 64
    bool hasAlpha = false;
    int64_t pages = 1;  ///< of a TIFF file, whose first one is read
};

/// Bytes [height, width, channels], row by row.
struct Picture {
    int64_t width = 0, height = 0;
    int channels = 3;
    std::vector<uint8_t> pixels;
};

/// What is behind pictures that can be seen through.
enum class Background : uint8_t { White, Black };

/// More pixels than this are not decoded: a file of a few bytes can claim any number.
inline constexpr int64_t mostPicturePixels = int64_t{1} << 27;

/// Whether these bytes begin as one of the formats does.
bool isPicture(std::span<const std::byte> bytes);

/// Reads the header alone. `title` stands for the file in messages. Errors: "M04" (no picture of
/// these formats), "M02" (damaged), "M03" (larger than mostPicturePixels), "M05" (a form that is
/// not read); of TIFF and WebP also "M13" (more time or memory than there is for one file) and
/// "L05" (the decoder is not there).
Result<PictureInfo> lookAtPicture(std::span<const std::byte> bytes, std::string_view title);

/// Decodes to grey or colours, as the file has them. Numbers of more than 8 bits are scaled to 0 to
/// 255 and rounded, those of fewer spread over it; floats from 0 to 1 likewise, and what lies a
/// little beyond is taken for the nearer end. Alpha is laid over the background. Gamma and
/// orientation in the file are left alone, as PyTorch's and Pillow's readers do. Errors: as above.
Result<Picture> decodePicture(std::span<const std::byte> bytes, std::string_view title,
                              Background background = Background::White);

/// The picture in grey, with the weights 0.299, 0.587 and 0.114 (ITU-R BT.601), or with three
/// channels that are all alike.
Picture withChannels(Picture picture, int channels);

}  // namespace vitrine
