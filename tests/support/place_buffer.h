// SPDX-License-Identifier: Apache-2.0
// Places of maxima as kernels write and read them, between guard bands.
#pragma once

#include "kernels/reference/image_offset.h"
#include "tests/support/kernel_harness.h"

namespace vitrine::test {

/// An index of int32 or uint8. Garbage where nobody may look.
class PlaceBuffer {
  public:
    /// Waits for a result.
    explicit PlaceBuffer(const kernels::Operand& index)
        : m_index(index), m_memory(bytesOf(index.dtype, index.storageElements()), garbage) {}
    /// Holds `places`, logical [n, c, h, w]; its halo is zero.
    PlaceBuffer(const kernels::Operand& index, std::span<const int32_t> places)
        : PlaceBuffer(index) {
        fillHalo();
        auto next = places.begin();
        forEach([&](int64_t at) { put(at, *next++); });
    }

    void* data() { return m_memory.data(); }
    /// Logical [n, c, h, w].
    std::vector<int32_t> places() const {
        std::vector<int32_t> places;
        forEach([&](int64_t at) { places.push_back(get(at)); });
        return places;
    }
    /// Bands untouched and halo zero.
    bool isSound() const {
        bool isZero = true;
        forEachOfHalo([&](int64_t at) { isZero = isZero && get(at) == 0; });
        return isZero && m_memory.bandsIntact();
    }

  private:
    static constexpr uint8_t garbage = 0x5B;

    bool isInBytes() const { return m_index.dtype == DType::U8; }
    int32_t get(int64_t at) const {
        if (isInBytes()) return m_memory.data()[at];
        int32_t place = 0;
        std::memcpy(&place, m_memory.data() + at * 4, 4);
        return place;
    }
    void put(int64_t at, int32_t place) {
        if (isInBytes())
            m_memory.data()[at] = static_cast<uint8_t>(place);
        else
            std::memcpy(m_memory.data() + at * 4, &place, 4);
    }

    template <class Body>
    void forEach(Body body) const {
        kernels::reference::forEachElement(
            m_index, [&](int64_t n, int64_t c, int64_t h, int64_t w) {
                body(kernels::reference::offsetOf(m_index, n, c, h, w));
            });
    }
    template <class Body>
    void forEachOfHalo(Body body) const {
        if (m_index.layout == kernels::Layout::RowMajor) return;
        const int64_t halo = m_index.halo, row = m_index.rowStride();
        for (int64_t plane = 0; plane < m_index.planes(); ++plane)
            for (int64_t y = 0; y < m_index.h + 2 * halo; ++y)
                for (int64_t i = 0; i < row; ++i) {
                    const int64_t x = i / kernels::blockWidth;
                    const bool isInside =
                        y >= halo && y < m_index.h + halo && x >= halo && x < m_index.w + halo;
                    if (!isInside) body(plane * m_index.planeStride() + y * row + i);
                }
    }
    void fillHalo() {
        forEachOfHalo([&](int64_t at) { put(at, 0); });
    }

    kernels::Operand m_index;
    Guarded<uint8_t> m_memory;
};

}  // namespace vitrine::test
