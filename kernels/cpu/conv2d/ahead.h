// SPDX-License-Identifier: Apache-2.0
// Lines of memory that are asked for while products keep the core busy, so that the transforms
// after them find theirs in the second-level cache.
#pragma once

#include "kernels/api/operand.h"

namespace vitrine::kernels {

/// Some rows of so many planes on end. A hint: they may belong to anyone, and may change.
class Ahead {
  public:
    Ahead() = default;
    /// Those of rows [firstRow, endRow) that there are.
    Ahead(const Image& image, const float* data, int64_t firstPlane, int64_t planes,
          int64_t firstRow, int64_t endRow) {
        firstRow = firstRow < 0 ? 0 : firstRow;
        endRow = endRow > image.h ? image.h : endRow;
        m_planeStride = image.planeStride();
        m_plane = data + firstPlane * m_planeStride + image.origin() + firstRow * image.rowStride();
        m_at = m_plane;
        m_end = m_plane + (endRow - firstRow) * image.rowStride();
        m_lines = planes * ((m_end - m_at) / blockWidth);
    }
    int64_t lines() const { return m_lines; }
    /// At most so many of those that are left.
    void ask(int64_t count) {
        if (count > m_lines) count = m_lines;
        m_lines -= count;
        for (; count > 0; --count, m_at += blockWidth) {
            if (m_at == m_end) {
                m_plane += m_planeStride;
                m_end += m_planeStride;
                m_at = m_plane;
            }
            __builtin_prefetch(m_at, 0, 2);
        }
    }

  private:
    const float *m_plane = nullptr, *m_at = nullptr, *m_end = nullptr;
    int64_t m_planeStride = 0, m_lines = 0;
};

}  // namespace vitrine::kernels
