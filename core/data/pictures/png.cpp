// SPDX-License-Identifier: Apache-2.0
// PNG by libspng: all depths and colour types, interlaced too.
#include <spng.h>

#include <array>
#include <memory>

#include "core/data/pictures/picture_formats.h"

namespace vitrine::pictures {

namespace {

constexpr uint32_t mostSide = 1U << 24;
constexpr size_t mostChunkBytes = size_t{1} << 20, mostChunksBytes = size_t{1} << 24;

struct Free {
    void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using Context = std::unique_ptr<spng_ctx, Free>;

/// Texts and profiles that unpack to more than these limits are an error of the file.
Context contextOf(Bytes bytes) {
    Context context(spng_ctx_new(0));
    if (!context) throw std::bad_alloc();
    spng_set_image_limits(context.get(), mostSide, mostSide);
    spng_set_chunk_limits(context.get(), mostChunkBytes, mostChunksBytes);
    spng_set_crc_action(context.get(), SPNG_CRC_ERROR, SPNG_CRC_DISCARD);
    spng_set_png_buffer(context.get(), bytes.data(), bytes.size());
    return context;
}

Error trouble(std::string_view title, int code) {
    return damaged(title, fmt::format("its PNG data are damaged: {}", spng_strerror(code)));
}

bool isIt(Bytes bytes) {
    constexpr std::array<uint32_t, 8> begin{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    if (bytes.size() < begin.size()) return false;
    for (size_t i = 0; i < begin.size(); ++i)
        if (byteAt(bytes, i) != begin[i]) return false;
    return true;
}

Result<PictureInfo> look(Bytes bytes, std::string_view title) {
    const Context context = contextOf(bytes);
    spng_ihdr header{};
    if (const int code = spng_get_ihdr(context.get(), &header)) return trouble(title, code);
    PictureInfo info{.width = header.width, .height = header.height, .bits = header.bit_depth};
    const bool isGrey = header.color_type == SPNG_COLOR_TYPE_GRAYSCALE ||
                        header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA;
    info.channels = isGrey ? 1 : 3;
    info.hasAlpha = header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA ||
                    header.color_type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA;
    return info;
}

/// From red, green, blue, alpha with as many bits as `Number` has.
template <class Number>
Picture pictureOf(std::span<const Number> rgba, const PictureInfo& info, Background background) {
    constexpr uint32_t most = Number(-1);
    Picture picture{info.width, info.height, info.channels, {}};
    picture.pixels.reserve(rgba.size() / 4 * static_cast<size_t>(info.channels));
    for (size_t i = 0; i < rgba.size(); i += 4) {
        const uint32_t alpha = toByte(rgba[i + 3], most);
        for (size_t c = 0; c < static_cast<size_t>(info.channels); ++c)
            picture.pixels.push_back(over(toByte(rgba[i + c], most), alpha, background));
    }
    return picture;
}

template <class Number>
Result<Picture> decodeAs(int format, Bytes bytes, std::string_view title, const PictureInfo& info,
                         Background background) {
    const Context context = contextOf(bytes);
    std::vector<Number> rgba(static_cast<size_t>(4 * info.width * info.height));
    if (const int code = spng_decode_image(context.get(), rgba.data(), rgba.size() * sizeof(Number),
                                           format, SPNG_DECODE_TRNS))
        return trouble(title, code);
    return pictureOf<Number>(rgba, info, background);
}

Result<Picture> decode(Bytes bytes, std::string_view title, const PictureInfo& info,
                       Background background) {
    return info.bits == 16 ? decodeAs<uint16_t>(SPNG_FMT_RGBA16, bytes, title, info, background)
                           : decodeAs<uint8_t>(SPNG_FMT_RGBA8, bytes, title, info, background);
}

}  // namespace

const Format png = {PictureKind::Png, isIt, look, decode};

}  // namespace vitrine::pictures
