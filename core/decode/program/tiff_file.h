// SPDX-License-Identifier: Apache-2.0
// TiffFile: a TIFF in memory as libtiff opens it, and what its first page says of itself.
#pragma once

#include <tiffio.h>

#include <memory>
#include <string>

#include "core/decode/program/decoding.h"

namespace vitrine::decode {

struct TiffLayout {
    uint32_t width = 0, height = 0;
    uint16_t bits = 1;     ///< of a sample
    uint16_t samples = 1;  ///< of a pixel, those that are not read among them
    uint16_t format = SAMPLEFORMAT_UINT;
    uint16_t photometric = PHOTOMETRIC_MINISBLACK;
    bool isPlanar = false, isTiled = false;
    uint32_t blockWidth = 0, blockHeight = 0;  ///< of a tile or a strip
    Alpha alpha = Alpha::None;

    bool isPalette() const { return photometric == PHOTOMETRIC_PALETTE; }
    uint16_t colours() const { return photometric == PHOTOMETRIC_RGB ? 3 : 1; }
    /// Samples that are read: colours and alpha.
    uint16_t kept() const {
        return static_cast<uint16_t>(colours() + (alpha == Alpha::None ? 0 : 1));
    }
    bool isFloat() const { return format == SAMPLEFORMAT_IEEEFP; }
};

class TiffFile {
  public:
    /// Throws what is wrong with it.
    explicit TiffFile(Bytes bytes);
    ~TiffFile();

    TIFF* get() const { return m_tiff.get(); }
    /// Of the first page. Throws where it is of a form that is not read.
    TiffLayout layout();
    uint32_t pages();
    /// Throws what libtiff last said.
    [[noreturn]] void throwDamaged();

  private:
    template <class T>
    T field(uint32_t tag, T usual) {
        T value = usual;
        TIFFGetFieldDefaulted(m_tiff.get(), tag, &value);
        return value;
    }
    void readColours(TiffLayout& layout);
    void readBlocks(TiffLayout& layout);
    void checkForm(const TiffLayout& layout, uint16_t compression);
    Alpha alphaOf(const TiffLayout& layout);

    struct Close {
        void operator()(TIFF* tiff) const { TIFFClose(tiff); }
    };
    struct Source;  ///< what libtiff holds pointers to
    std::unique_ptr<Source> m_source;
    std::unique_ptr<TIFF, Close> m_tiff;
};

}  // namespace vitrine::decode
