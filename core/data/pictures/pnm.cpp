// SPDX-License-Identifier: Apache-2.0
// PGM and PPM, as text (P2, P3) and as bytes (P5, P6) with up to 16 bits.
#include "core/data/pictures/picture_formats.h"

namespace vitrine::pictures {

namespace {

bool isBlank(uint32_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Numbers of a header or of a picture as text, with blanks and comments between them.
class Reader {
  public:
    Reader(Bytes bytes, size_t at) : m_bytes(bytes), m_at(at) {}

    /// −1: there is none, or it is too large.
    int64_t number() {
        skip();
        int64_t value = -1;
        for (; m_at < m_bytes.size(); ++m_at) {
            const uint32_t c = byteAt(m_bytes, m_at);
            if (c < '0' || c > '9') break;
            value = std::max<int64_t>(value, 0) * 10 + (c - '0');
            if (value > int64_t{1} << 31) return -1;
        }
        return value;
    }
    size_t at() const { return m_at; }

  private:
    void skip() {
        for (; m_at < m_bytes.size(); ++m_at) {
            if (byteAt(m_bytes, m_at) == '#')
                while (m_at + 1 < m_bytes.size() && byteAt(m_bytes, m_at) != '\n') ++m_at;
            if (!isBlank(byteAt(m_bytes, m_at))) return;
        }
    }
    Bytes m_bytes;
    size_t m_at;
};

struct Header {
    PictureInfo info;
    uint32_t most = 255;
    bool isText = false;
    size_t pixelsAt = 0;
};

bool isIt(Bytes bytes) {
    if (bytes.size() < 8 || byteAt(bytes, 0) != 'P' || !isBlank(byteAt(bytes, 2))) return false;
    const uint32_t kind = byteAt(bytes, 1);
    return kind == '2' || kind == '3' || kind == '5' || kind == '6';
}

Result<Header> readHeader(Bytes bytes, std::string_view title) {
    const uint32_t kind = byteAt(bytes, 1);
    Reader reader(bytes, 2);
    const int64_t width = reader.number(), height = reader.number(), most = reader.number();
    if (width < 1 || height < 1 || most < 1 || most > 65535)
        return damaged(title, "its header is no width, height and largest value from 1 to 65535");
    Header header;
    header.info = {.width = width,
                   .height = height,
                   .channels = kind == '2' || kind == '5' ? 1 : 3,
                   .bits = most > 255 ? 16 : 8};
    header.most = static_cast<uint32_t>(most);
    header.isText = kind == '2' || kind == '3';
    header.pixelsAt = reader.at() + (header.isText ? 0 : 1);  // one blank
    return header;
}

Result<PictureInfo> look(Bytes bytes, std::string_view title) {
    const auto header = readHeader(bytes, title);
    return header ? Result<PictureInfo>(header->info) : header.error();
}

Result<Picture> decode(Bytes bytes, std::string_view title, const PictureInfo& info, Background) {
    const auto header = readHeader(bytes, title);
    if (!header) return header.error();
    const auto count = static_cast<size_t>(info.width * info.height * info.channels);
    const size_t each = info.bits == 16 ? 2 : 1;
    const size_t least = header->pixelsAt + count * (header->isText ? 2 : each);
    if (bytes.size() + 1 < least)  // the last number as text may have no blank behind it
        return damaged(title, fmt::format("its pixels are cut off: it has {} bytes, wanted {}",
                                          bytes.size(), least));
    Picture picture{info.width, info.height, info.channels, {}};
    picture.pixels.reserve(count);
    Reader reader(bytes, header->pixelsAt);
    for (size_t i = 0; i < count; ++i) {
        const size_t at = header->pixelsAt + each * i;
        int64_t value = 0;
        if (header->isText)
            value = reader.number();
        else if (at + each <= bytes.size())
            value = each == 2 ? byteAt(bytes, at) << 8 | byteAt(bytes, at + 1) : byteAt(bytes, at);
        else
            value = -1;
        if (value < 0 || value > header->most)
            return damaged(title,
                           fmt::format("number {} of its pixels is missing or larger than {}", i,
                                       header->most));
        picture.pixels.push_back(toByte(static_cast<uint32_t>(value), header->most));
    }
    return picture;
}

}  // namespace

const Format pnm = {PictureKind::Pnm, isIt, look, decode};

}  // namespace vitrine::pictures
