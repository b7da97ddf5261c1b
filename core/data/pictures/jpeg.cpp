// SPDX-License-Identifier: Apache-2.0
// JPEG by libjpeg-turbo: baseline and progressive, grey, colours, CMYK.
#include <turbojpeg.h>

#include <array>
#include <memory>

#include "core/data/pictures/picture_formats.h"

namespace vitrine::pictures {

namespace {

struct Destroy {
    void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, Destroy>;

Handle newHandle() {
    Handle handle(tjInitDecompress());
    if (!handle) throw std::bad_alloc();
    return handle;
}

const unsigned char* dataOf(Bytes bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

bool isIt(Bytes bytes) {
    return bytes.size() > 3 && byteAt(bytes, 0) == 0xff && byteAt(bytes, 1) == 0xd8 &&
           byteAt(bytes, 2) == 0xff;
}

struct Header {
    int width = 0, height = 0, subsampling = 0, colours = 0;
};

Result<Header> readHeader(void* handle, Bytes bytes, std::string_view title) {
    Header header;
    if (tjDecompressHeader3(handle, dataOf(bytes), bytes.size(), &header.width, &header.height,
                            &header.subsampling, &header.colours) == 0)
        return header;
    return damaged(title, fmt::format("its JPEG header is damaged: {}", tjGetErrorStr2(handle)));
}

Result<PictureInfo> look(Bytes bytes, std::string_view title) {
    const Handle handle = newHandle();
    const auto header = readHeader(handle.get(), bytes, title);
    if (!header) return header.error();
    return PictureInfo{.width = header->width,
                       .height = header->height,
                       .channels = header->colours == TJCS_GRAY ? 1 : 3};
}

/// Adobe's programs write CMYK inverted, 255 for no ink, and all readers take it so.
void fromCmyk(std::vector<uint8_t>& pixels) {
    const size_t count = pixels.size() / 4;
    for (size_t i = 0; i < count; ++i)
        for (size_t c = 0; c < 3; ++c)
            pixels[3 * i + c] = toByte(uint32_t{pixels[4 * i + c]} * pixels[4 * i + 3], 255 * 255);
    pixels.resize(3 * count);
}

/// A file that ends too early is an error: what is missing would be grey.
Result<Picture> decode(Bytes bytes, std::string_view title, const PictureInfo& info, Background) {
    const Handle handle = newHandle();
    const auto header = readHeader(handle.get(), bytes, title);
    if (!header) return header.error();
    const bool isCmyk = header->colours == TJCS_CMYK || header->colours == TJCS_YCCK;
    const int format = isCmyk ? TJPF_CMYK : info.channels == 1 ? TJPF_GRAY : TJPF_RGB;
    Picture picture{info.width, info.height, info.channels, {}};
    picture.pixels.resize(static_cast<size_t>(info.width * info.height * tjPixelSize[format]));
    constexpr int flags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT;
    if (tjDecompress2(handle.get(), dataOf(bytes), bytes.size(), picture.pixels.data(), 0, 0, 0,
                      format, flags) != 0)
        return damaged(title,
                       fmt::format("its JPEG data are damaged: {}", tjGetErrorStr2(handle.get())));
    if (isCmyk) fromCmyk(picture.pixels);
    return picture;
}

}  // namespace

const Format jpeg = {PictureKind::Jpeg, isIt, look, decode};

}  // namespace vitrine::pictures
