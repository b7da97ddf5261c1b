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

PictureInfo infoOf(const decode::Answer& answer) {
    return {.width = answer.width,
            .height = answer.height,
            .channels = answer.channels == 1 ? 1 : 3,
            .bits = static_cast<int>(answer.bits),
            .hasAlpha = answer.alpha != decode::Alpha::None,
            .pages = answer.pages};
}

template <decode::Kind kind>
Result<PictureInfo> look(Bytes bytes, std::string_view title) {
    const auto given = decode::pictureDecoders().ask(
        {.task = decode::Task::LookAtPicture, .kind = kind, .bytes = bytes}, title);
    return given ? Result<PictureInfo>(infoOf(given->answer)) : given.error();
}

/// Colours that alpha has been multiplied into already, over the background.
constexpr uint8_t overAssociated(uint32_t value, uint32_t alpha, Background background) {
    const uint32_t behind = background == Background::White ? 255 - alpha : 0;
    return static_cast<uint8_t>(std::min<uint32_t>(value + behind, 255));
}

/// Numbers of the decoder, whose count is checked, without alpha.
Picture composed(Bytes numbers, const PictureInfo& info, decode::Alpha kind,
                 Background background) {
    const auto count = static_cast<size_t>(info.width * info.height),
               colours = static_cast<size_t>(info.channels);
    const size_t each = colours + (info.hasAlpha ? 1 : 0);
    Picture picture{info.width, info.height, info.channels, {}};
    picture.pixels.reserve(count * colours);
    for (size_t i = 0; i < count; ++i) {
        const uint32_t alpha = info.hasAlpha ? byteAt(numbers, i * each + colours) : 255;
        for (size_t c = 0; c < colours; ++c) {
            const uint32_t value = byteAt(numbers, i * each + c);
            picture.pixels.push_back(kind == decode::Alpha::Associated
                                         ? overAssociated(value, alpha, background)
                                         : over(value, alpha, background));
        }
    }
    return picture;
}

/// One question for sizes and pixels. Of what is too large the decoder gives sizes alone.
template <decode::Kind kind>
Result<Picture> decode(Bytes bytes, std::string_view title, const PictureInfo&,
                       Background background) {
    const auto given = decode::pictureDecoders().ask(
        {.task = decode::Task::DecodePicture, .kind = kind, .bytes = bytes}, title);
    if (!given) return given.error();
    const PictureInfo info = infoOf(given->answer);
    VITRINE_TRY(checkSize(info, title));
    const int64_t each = info.channels + (info.hasAlpha ? 1 : 0);
    if (static_cast<int64_t>(given->bytes.size()) != info.width * info.height * each)
        return damaged(title, "the decoder's picture is not of the size that it says");
    return composed(given->bytes, info, given->answer.alpha, background);
}

}  // namespace

const Format tiff = {PictureKind::Tiff, isTiff, look<decode::Kind::Tiff>,
                     decode<decode::Kind::Tiff>, true};
const Format webp = {PictureKind::Webp, isWebp, look<decode::Kind::Webp>,
                     decode<decode::Kind::Webp>, true};

}  // namespace vitrine::pictures
