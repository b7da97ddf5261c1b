// SPDX-License-Identifier: Apache-2.0
// libtiff on memory, its words kept for people, and the forms that are read.
#include "core/decode/program/tiff_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <optional>

namespace vitrine::decode {

namespace {

/// A file in memory as libtiff's client functions have it.
struct Memory {
    Bytes bytes;
    size_t at = 0;
};

tmsize_t readMemory(thandle_t handle, void* to, tmsize_t size) {
    auto& memory = *static_cast<Memory*>(handle);
    const size_t left = memory.bytes.size() - std::min(memory.at, memory.bytes.size());
    const size_t count = std::min(left, static_cast<size_t>(std::max<tmsize_t>(size, 0)));
    if (count > 0) std::memcpy(to, memory.bytes.data() + memory.at, count);
    memory.at += count;
    return static_cast<tmsize_t>(count);
}
tmsize_t writeNothing(thandle_t, void*, tmsize_t) { return 0; }
toff_t seekMemory(thandle_t handle, toff_t offset, int from) {
    auto& memory = *static_cast<Memory*>(handle);
    const size_t start = from == SEEK_CUR ? memory.at : from == SEEK_END ? memory.bytes.size() : 0;
    memory.at = start + offset;
    return memory.at;
}
int closeMemory(thandle_t) { return 0; }
toff_t sizeOfMemory(thandle_t handle) { return static_cast<Memory*>(handle)->bytes.size(); }
int mapMemory(thandle_t handle, void** base, toff_t* size) {
    const auto& memory = *static_cast<Memory*>(handle);
    *base = const_cast<std::byte*>(memory.bytes.data());
    *size = memory.bytes.size();
    return 1;
}
void unmapNothing(thandle_t, void*, toff_t) {}

/// The first thing that goes wrong says most.
int keepFirst(TIFF*, void* to, const char*, const char* format, va_list values) {
    auto& text = *static_cast<std::string*>(to);
    if (!text.empty()) return 1;
    std::array<char, 300> line{};
    std::vsnprintf(line.data(), line.size(), format, values);
    text = line.data();
    if (text.ends_with('.')) text.pop_back();
    return 1;
}
int ignoreWarning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

struct FreeOptions {
    void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

/// The number that the page at `offset` has under a tag, as a short one; nothing where it has no
/// such tag. TIFF 6.0, section 2; BigTIFF: count and entries are of 8 and 20 bytes. The file is one
/// whose first page libtiff has read.
std::optional<uint64_t> tagIn(Bytes file, uint64_t offset, uint32_t wanted) {
    const auto byteAt = [&](uint64_t at) {
        return at < file.size() ? std::to_integer<uint64_t>(file[at]) : 0;
    };
    const bool isLittle = byteAt(0) == 'I';
    const auto numberAt = [&](uint64_t at, int bytes) {
        uint64_t value = 0;
        for (int i = 0; i < bytes; ++i)
            value = value << 8 | byteAt(at + static_cast<uint64_t>(isLittle ? bytes - 1 - i : i));
        return value;
    };
    const bool isBig = numberAt(2, 2) == 43;
    const uint64_t count = std::min<uint64_t>(numberAt(offset, isBig ? 8 : 2), 4096);
    for (uint64_t i = 0; i < count; ++i) {
        const uint64_t entry = offset + (isBig ? 8 + 20 * i : 2 + 12 * i);
        if (numberAt(entry, 2) == wanted) return numberAt(entry + (isBig ? 12 : 8), 2);
    }
    return {};
}

std::string_view photometricName(uint16_t photometric) {
    switch (photometric) {
        case PHOTOMETRIC_SEPARATED:
            return "inks (CMYK)";
        case PHOTOMETRIC_YCBCR:
            return "YCbCr outside of JPEG";
        case PHOTOMETRIC_CIELAB:
        case PHOTOMETRIC_ICCLAB:
        case PHOTOMETRIC_ITULAB:
            return "Lab";
        case PHOTOMETRIC_LOGL:
        case PHOTOMETRIC_LOGLUV:
            return "logarithms of light";
        case PHOTOMETRIC_MASK:
            return "a mask of another picture";
        default:
            return "an unknown kind";
    }
}

}  // namespace

struct TiffFile::Source {
    Memory memory;
    std::string trouble;
};

TiffFile::TiffFile(Bytes bytes) : m_source(std::make_unique<Source>()) {
    m_source->memory.bytes = bytes;
    const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(TIFFOpenOptionsAlloc());
    if (!options) throw std::bad_alloc();
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keepFirst, &m_source->trouble);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignoreWarning, nullptr);
    m_tiff.reset(TIFFClientOpenExt("it", "r", &m_source->memory, readMemory, writeNothing,
                                   seekMemory, closeMemory, sizeOfMemory, mapMemory, unmapNothing,
                                   options.get()));
    if (!m_tiff) throwDamaged();
}

TiffFile::~TiffFile() = default;

void TiffFile::throwDamaged() {
    const std::string& trouble = m_source->trouble;
    refuseDamaged(trouble.empty() ? std::string("its TIFF data are damaged")
                                  : fmt::format("its TIFF data are damaged: {}", trouble));
}

uint32_t TiffFile::pages() {
    const uint32_t pages = TIFFNumberOfDirectories(m_tiff.get());
    if (TIFFSetDirectory(m_tiff.get(), 0) == 0) throwDamaged();
    return std::max<uint32_t>(pages, 1);
}

void TiffFile::checkForm(const TiffLayout& layout, uint16_t compression) {
    const uint16_t photometric = layout.photometric;
    if (photometric > PHOTOMETRIC_PALETTE)
        refuse(fmt::format("its TIFF colours are {}, which are not read",
                           photometricName(photometric)));
    if (TIFFIsCODECConfigured(compression) == 0 || compression == COMPRESSION_OJPEG)
        refuse(fmt::format("its TIFF data are compressed by method {}, which is not read",
                           compression));
    const bool isWhole = layout.format == SAMPLEFORMAT_UINT || layout.format == SAMPLEFORMAT_VOID;
    if (!isWhole && !layout.isFloat())
        refuse(layout.format == SAMPLEFORMAT_INT
                   ? "its TIFF numbers have a sign, which is not read: which is black is not said"
                   : "its TIFF numbers are complex, which is not read");
    const bool isKnown = layout.isFloat()
                             ? layout.bits == 16 || layout.bits == 32 || layout.bits == 64
                             : (layout.bits >= 1 && layout.bits <= 16) || layout.bits == 32;
    if (!isKnown || (layout.isPalette() && (layout.bits > 16 || layout.isFloat())))
        refuse(fmt::format("its TIFF numbers have {} bits{}, which is not read", layout.bits,
                           layout.isPalette() ? " into a palette" : ""));
    if (layout.samples < layout.colours())
        refuseDamaged(fmt::format("its TIFF pixels have {} numbers, wanted {}", layout.samples,
                                  layout.colours()));
}

/// What the first sample behind the colours is. Programs that write alpha without saying so write
/// no tag at all, and libtiff makes one up then; where a file says that it is none, it is none.
Alpha TiffFile::alphaOf(const TiffLayout& layout) {
    if (layout.isPalette() || layout.samples <= layout.colours()) return Alpha::None;
    uint16_t count = 0;
    const uint16_t* kinds = nullptr;
    TIFFGetField(m_tiff.get(), TIFFTAG_EXTRASAMPLES, &count, &kinds);
    const uint64_t page = TIFFCurrentDirOffset(m_tiff.get());
    if (count == 0 || !kinds || !tagIn(m_source->memory.bytes, page, TIFFTAG_EXTRASAMPLES))
        return Alpha::Straight;
    if (kinds[0] == EXTRASAMPLE_ASSOCALPHA) return Alpha::Associated;
    return kinds[0] == EXTRASAMPLE_UNASSALPHA ? Alpha::Straight : Alpha::None;
}

void TiffFile::readColours(TiffLayout& layout) {
    TIFF* const tiff = m_tiff.get();
    if (TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &layout.photometric) == 0)
        layout.photometric = layout.samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    // Where a palette cannot be read libtiff calls its indices shades of grey.
    const uint64_t page = TIFFCurrentDirOffset(tiff);
    if (!layout.isPalette() && tagIn(m_source->memory.bytes, page, TIFFTAG_PHOTOMETRIC) ==
                                   std::optional<uint64_t>(PHOTOMETRIC_PALETTE))
        refuseDamaged("its TIFF palette is damaged or cut off");
    const auto compression = field<uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    if (compression == COMPRESSION_JPEG && layout.photometric == PHOTOMETRIC_YCBCR &&
        !layout.isPlanar) {
        TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        layout.photometric = PHOTOMETRIC_RGB;
    }
    checkForm(layout, compression);
    layout.alpha = alphaOf(layout);
}

void TiffFile::readBlocks(TiffLayout& layout) {
    TIFF* const tiff = m_tiff.get();
    layout.isTiled = TIFFIsTiled(tiff) != 0;
    if (layout.isTiled) {
        TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &layout.blockWidth);
        TIFFGetField(tiff, TIFFTAG_TILELENGTH, &layout.blockHeight);
    } else {
        layout.blockWidth = layout.width;
        layout.blockHeight = std::min(layout.height, field<uint32_t>(TIFFTAG_ROWSPERSTRIP, ~0U));
    }
    if (layout.width == 0 || layout.height == 0 || layout.blockWidth == 0 ||
        layout.blockHeight == 0)
        refuseDamaged("its TIFF header names no size");
}

TiffLayout TiffFile::layout() {
    TIFF* const tiff = m_tiff.get();
    TiffLayout layout;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &layout.width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &layout.height);
    layout.bits = field<uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
    layout.samples = field<uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
    layout.format = field<uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
    const auto planes = field<uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    layout.isPlanar = planes == PLANARCONFIG_SEPARATE && layout.samples > 1;
    readColours(layout);
    readBlocks(layout);
    return layout;
}

}  // namespace vitrine::decode
