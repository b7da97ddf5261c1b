// SPDX-License-Identifier: Apache-2.0
// Splits images of up to three operands into runs of floats that lie together in each of them, and
// the runs into parts of about 128 KB.
#pragma once

#include <algorithm>
#include <cstring>

#include "kernels/api/kernel.h"
#include "kernels/cpu/cut.h"

namespace vitrine::kernels::cpu {

/// Floats of one operand in a part: 128 KB, so that a part outweighs its start and still fits the
/// second-level cache with its neighbours.
inline constexpr int64_t partElements = 32768;

/// One run. `count` is 0 in a row of y's halo.
struct Row {
    int64_t count = 0;
    int64_t y = 0, a = 0, b = 0;  ///< first element in each operand
    int64_t plane = 0, line = 0;  ///< where it lies; by pixel rows only
};

/// A plain value. `y` is walked with its halo; `a` and `b` have the same n, c, h, w and layout.
class Rows {
  public:
    /// Anywhere: where no operand has a halo (row-major never has) the runs ignore planes and rows.
    /// ByPixelRow: a run never leaves a row of pixels, except in row-major.
    enum class Split : uint8_t { Anywhere, ByPixelRow };

    Rows(const Image& y, const Image& a, const Image& b, Split split = Split::Anywhere)
        : m_y(y), m_a(a), m_b(b) {
        m_flat = y.layout == Layout::RowMajor ||
                 (split == Split::Anywhere && y.halo == 0 && a.halo == 0 && b.halo == 0);
        const int64_t chunks = (y.storageElements() + partElements - 1) / partElements;
        m_cut = m_flat ? Cut{chunks, std::max<int64_t>(chunks, 1)}
                       : cut(y.planes() * (y.h + 2 * y.halo), y.rowStride(), partElements);
    }

    int64_t parts() const { return m_cut.parts; }
    int64_t begin(int64_t part) const { return m_cut.begin(part); }
    int64_t end(int64_t part) const { return m_cut.end(part); }

    Row row(int64_t index) const {
        if (m_flat) {
            const int64_t start = index * partElements;
            const int64_t rest = m_y.storageElements() - start;
            return {rest < partElements ? rest : partElements, start, start, start};
        }
        const int64_t lines = m_y.h + 2 * m_y.halo;
        const int64_t plane = index / lines, line = index % lines - m_y.halo;
        if (line < 0 || line >= m_y.h)
            return {0,     plane * m_y.planeStride() + (line + m_y.halo) * m_y.rowStride(),
                    0,     0,
                    plane, line};
        return {m_y.w * blockWidth,
                at(m_y, plane, line),
                at(m_a, plane, line),
                at(m_b, plane, line),
                plane,
                line};
    }

    /// Zeroes what `row` touches of y's halo: the whole row, or its two ends.
    void zeroHalo(const Row& row, float* y) const {
        if (m_flat || m_y.halo == 0) return;
        const int64_t edge = m_y.halo * blockWidth;
        if (row.count == 0) return zero(y + row.y, m_y.rowStride());
        zero(y + row.y - edge, edge);
        zero(y + row.y + row.count, edge);
    }

  private:
    static int64_t at(const Image& image, int64_t plane, int64_t line) {
        return plane * image.planeStride() + image.origin() + line * image.rowStride();
    }
    static void zero(float* begin, int64_t count) {
        std::memset(begin, 0, static_cast<size_t>(count) * sizeof(float));
    }

    Image m_y, m_a, m_b;
    bool m_flat = false;
    Cut m_cut;
};

}  // namespace vitrine::kernels::cpu
