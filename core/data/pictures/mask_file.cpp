// SPDX-License-Identifier: Apache-2.0
// Reads numbers where other pictures have colours.
#include "core/data/pictures/mask_file.h"

#include <fmt/format.h>
#include <spng.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>

#include "core/base/file.h"

namespace vitrine {

namespace {

struct FreePng {
    void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};

Error notNumbers(std::string_view title, std::string_view what) {
    return {"M05",
            fmt::format("{}: {}; wanted a number for each pixel: a picture in grey or with a "
                        "palette, of at most 8 bits",
                        title, what),
            {},
            {},
            "Save masks as PNG files in grey or with a palette."};
}

/// PNG files whose numbers a decoder would turn into colours or spread over 0 to 255.
bool hasPlainNumbers(const spng_ihdr& header) {
    return header.color_type == SPNG_COLOR_TYPE_INDEXED ||
           (header.color_type == SPNG_COLOR_TYPE_GRAYSCALE && header.bit_depth <= 8);
}

/// Numbers of 1, 2, 4 or 8 bits; rows begin at bytes.
void unpack(std::span<const uint8_t> packed, size_t bits, Picture& picture) {
    const auto width = static_cast<size_t>(picture.width);
    const size_t row = (width * bits + 7) / 8;
    for (size_t y = 0; y < static_cast<size_t>(picture.height); ++y)
        for (size_t x = 0; x < width; ++x) {
            const size_t bit = x * bits;
            const unsigned byte = packed[y * row + bit / 8];
            picture.pixels.push_back(
                static_cast<uint8_t>(byte >> (8 - bits - bit % 8) & ((1U << bits) - 1)));
        }
}

/// Nothing where it is no such file; its damage is told by whoever decodes it.
std::optional<Picture> plainPng(std::span<const std::byte> bytes, const PictureInfo& info) {
    const std::unique_ptr<spng_ctx, FreePng> context(spng_ctx_new(0));
    spng_ihdr header{};
    size_t size = 0;
    if (!context || spng_set_png_buffer(context.get(), bytes.data(), bytes.size()) != 0 ||
        spng_get_ihdr(context.get(), &header) != 0 || !hasPlainNumbers(header) ||
        spng_decoded_image_size(context.get(), SPNG_FMT_RAW, &size) != 0)
        return std::nullopt;
    std::vector<uint8_t> packed(size);
    if (spng_decode_image(context.get(), packed.data(), size, SPNG_FMT_RAW, 0) != 0)
        return std::nullopt;
    Picture picture{info.width, info.height, 1, {}};
    picture.pixels.reserve(static_cast<size_t>(info.width * info.height));
    unpack(packed, header.bit_depth, picture);
    return picture;
}

Error otherSize(std::string_view title, const Picture& mask, const PictureForm& form) {
    return {"M09",
            fmt::format("{} is {} × {} pixels, the others are {} × {}", title, mask.height,
                        mask.width, form.height, form.width),
            {{}, "fit", {}, 0},
            {},
            "Choose with 'Other sizes' what becomes of such pictures."};
}

/// Where pixel `at` of `wanted` stands among `there`, by its middle.
int64_t nearest(int64_t at, int64_t wanted, int64_t there) {
    return std::clamp<int64_t>((2 * at + 1) * there / (2 * wanted), 0, there - 1);
}

/// As fitted(), of the nearest pixels. Bars are of class 0, the background by custom.
Picture fittedMask(const Picture& mask, const PictureForm& form) {
    const double tall = static_cast<double>(form.height) / static_cast<double>(mask.height);
    const double wide = static_cast<double>(form.width) / static_cast<double>(mask.width);
    const double scale =
        form.fit == PictureFit::Letterbox ? std::min(tall, wide) : std::max(tall, wide);
    const auto side = [&](int64_t old) {
        return std::max<int64_t>(1, std::llround(static_cast<double>(old) * scale));
    };
    const bool isWhole = form.fit == PictureFit::Stretch;
    const int64_t height = isWhole ? form.height : side(mask.height);
    const int64_t width = isWhole ? form.width : side(mask.width);
    const int64_t top = (form.height - height) / 2, left = (form.width - width) / 2;
    Picture fitted{form.width, form.height, 1, {}};
    fitted.pixels.resize(static_cast<size_t>(form.width * form.height));
    for (int64_t y = std::max<int64_t>(0, top); y < std::min(form.height, top + height); ++y)
        for (int64_t x = std::max<int64_t>(0, left); x < std::min(form.width, left + width); ++x) {
            const int64_t row = nearest(y - top, height, mask.height);
            const int64_t column = nearest(x - left, width, mask.width);
            fitted.pixels[static_cast<size_t>(y * form.width + x)] =
                mask.pixels[static_cast<size_t>(row * mask.width + column)];
        }
    return fitted;
}

/// Classes of all bytes; −1: none.
std::array<int, 256> classesOf(const MaskForm& form) {
    std::array<int, 256> classes{};
    classes.fill(-1);
    classes[noClass] = noClass;
    const auto count = static_cast<size_t>(form.classes);
    for (size_t i = 0; i < count; ++i)
        classes[form.levels.empty() ? i : static_cast<size_t>(form.levels[i])] =
            static_cast<int>(i);
    return classes;
}

}  // namespace

Result<Picture> readMaskFile(const std::string& path, std::string_view title) {
    const auto bytes = readFile(path);
    if (bytes) {
        const auto info = lookAtPicture(*bytes, title);
        if (info && info->kind == PictureKind::Jpeg)
            return notNumbers(title, "it is a JPEG file, which changes numbers");
        if (info && info->kind == PictureKind::Png)
            if (auto plain = plainPng(*bytes, *info)) return std::move(*plain);
        if (info && (info->channels != 1 || info->hasAlpha || info->bits > 8))
            return notNumbers(title, info->channels != 1 ? "it has colours"
                                     : info->hasAlpha    ? "it has alpha"
                                                         : "it has more than 8 bits");
    }
    return readPictureFile(path, title, Background::Black);
}

Result<void> readMaskInto(const std::string& path, std::string_view title, const MaskForm& form,
                          std::span<std::byte> place) {
    auto mask = readMaskFile(path, title);
    if (!mask) return mask.error();
    const std::array<int, 256> classes = classesOf(form);
    for (size_t i = 0; i < mask->pixels.size(); ++i) {
        uint8_t& pixel = mask->pixels[i];
        const int number = classes[pixel];
        if (number < 0)
            return Error{"V10",
                         fmt::format("{}: pixel {} of row {} is {}, which is none of {} classes",
                                     title, static_cast<int64_t>(i) % mask->width,
                                     static_cast<int64_t>(i) / mask->width, pixel, form.classes),
                         {{}, "levels", path, 0},
                         {},
                         "Name more classes, or which levels are classes."};
        pixel = static_cast<uint8_t>(number);
    }
    const bool isOther = mask->height != form.size.height || mask->width != form.size.width;
    if (isOther && form.size.refusesOthers) return otherSize(title, *mask, form.size);
    const Picture fitted = isOther ? fittedMask(*mask, form.size) : std::move(mask).value();
    for (size_t i = 0; i < fitted.pixels.size(); ++i) place[i] = std::byte{fitted.pixels[i]};
    return {};
}

}  // namespace vitrine
