// SPDX-License-Identifier: Apache-2.0
// TIFF and WebP: told by their first bytes here, opened by the decoder, and its answers checked.
#include "core/data/pictures/picture_formats.h"
#include "core/decode/decoder_pool.h"

namespace vitrine::pictures {

namespace {

bool beginsWith(Bytes bytes, std::string_view begin, size_t at = 0) {
    if (bytes.size() < at + begin.size()) return false;
    for (size_t i = 0; i < begin.size(); ++i)
        if (bytes[at + i] != static_cast<std::byte>(begin[i])) return false;
    return true;
}

/// Either order of bytes; 43: BigTIFF.
bool isTiff(Bytes bytes) {
    using namespace std::string_view_literals;
    return beginsWith(bytes, "II*\0"sv) || beginsWith(bytes, "MM\0*"sv) ||
           beginsWith(bytes, "II+\0"sv) || beginsWith(bytes, "MM\0+"sv);
}

bool isWebp(Bytes bytes) { return beginsWith(bytes, "RIFF") && beginsWith(bytes, "WEBP", 8); }

template <decode::Kind kind>
Result<PictureInfo> look(Bytes bytes, std::string_view title) {
    const auto given = decode::pictureDecoders().ask(
        {.task = decode::Task::LookAtPicture, .kind = kind, .bytes = bytes}, title);
    if (!given) return given.error();
    const decode::Answer& answer = given->answer;
    return PictureInfo{.width = answer.width,
                       .height = answer.height,
                       .channels = answer.channels == 1 ? 1 : 3,
                       .bits = static_cast<int>(answer.bits),
                       .hasAlpha = answer.alpha != decode::Alpha::None,
                       .pages = answer.pages};
}

/// Colours that alpha has been multiplied into already, over the background.
constexpr uint8_t overAssociated(uint32_t value, uint32_t alpha, Background background) {
    const uint32_t behind = background == Background::White ? 255 - alpha : 0;
    return static_cast<uint8_t>(std::min<uint32_t>(value + behind, 255));
}

template <decode::Kind kind>
Result<Picture> decode(Bytes bytes, std::string_view title, const PictureInfo& info,
                       Background background) {
    const auto given = decode::pictureDecoders().ask(
        {.task = decode::Task::DecodePicture, .kind = kind, .bytes = bytes}, title);
    if (!given) return given.error();
    const decode::Answer& answer = given->answer;
    const auto colours = static_cast<size_t>(info.channels);
    const size_t each = colours + (info.hasAlpha ? 1 : 0);
    const auto count = static_cast<size_t>(info.width * info.height);
    const bool hasAlpha = answer.alpha != decode::Alpha::None;
    if (answer.width != info.width || answer.height != info.height || hasAlpha != info.hasAlpha ||
        answer.channels != colours || given->bytes.size() != count * each)
        return damaged(title, "the decoder's picture is not of the size that it said before");
    Picture picture{info.width, info.height, info.channels, {}};
    picture.pixels.reserve(count * colours);
    const bool isAssociated = answer.alpha == decode::Alpha::Associated;
    for (size_t i = 0; i < count; ++i) {
        const uint32_t alpha = hasAlpha ? byteAt(given->bytes, i * each + colours) : 255;
        for (size_t c = 0; c < colours; ++c) {
            const uint32_t value = byteAt(given->bytes, i * each + c);
            picture.pixels.push_back(isAssociated ? overAssociated(value, alpha, background)
                                                  : over(value, alpha, background));
        }
    }
    return picture;
}

}  // namespace

const Format tiff = {PictureKind::Tiff, isTiff, look<decode::Kind::Tiff>,
                     decode<decode::Kind::Tiff>};
const Format webp = {PictureKind::Webp, isWebp, look<decode::Kind::Webp>,
                     decode<decode::Kind::Webp>};

}  // namespace vitrine::pictures
