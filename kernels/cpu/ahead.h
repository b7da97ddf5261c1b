// SPDX-License-Identifier: Apache-2.0
// Lines of memory that are asked for while products keep the core busy, so that the transforms
// after them find theirs in the second-level cache.
#pragma once

#include <array>
#include <span>

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// Whether an image is so large that it has left the second-level cache since it was made: asking
/// for others would only cost time.
constexpr bool isFar(const Image& image) {
    constexpr int64_t cacheBytes = 1024 * 1024;
    return image.storageElements() * int64_t{sizeof(float)} > cacheBytes;
}

/// Some rows of so many planes on end. A hint: they may belong to anyone, and may change.
class Ahead {
  public:
    Ahead() = default;  ///< Ahead{} is none; lists leave their room as it is
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
    /// Of each of so many rows `stride` floats apart the lines of the first `count` floats.
    static Ahead ofRows(const float* data, int64_t stride, int64_t rows, int64_t count) {
        const int64_t lines = (count + blockWidth - 1) / blockWidth;
        Ahead ahead;
        ahead.m_planeStride = stride;
        ahead.m_plane = ahead.m_at = data;
        ahead.m_end = data + lines * blockWidth;
        ahead.m_lines = rows * lines;
        return ahead;
    }
    int64_t lines() const { return m_lines; }
    /// Where the next of them lies.
    const float* next() const { return m_at; }
    /// At most so many of those that are left. Called, it would put sums in registers aside.
    [[gnu::always_inline]] void ask(int64_t count) {
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
    const float *m_plane, *m_at, *m_end;
    int64_t m_planeStride, m_lines;
};

/// Several of them, that are asked for in so many steps.
class Aheads {
  public:
    Aheads(int64_t steps) : m_steps(steps) {}
    /// Nothing where there is no room.
    void add(const Ahead& ahead) {
        if (m_count == m_list.size() || ahead.lines() == 0) return;
        m_lines[m_count] = (ahead.lines() + m_steps - 1) / m_steps;
        m_list[m_count++] = ahead;
    }
    void add(std::span<const Ahead> list) {
        for (const Ahead& ahead : list) add(ahead);
    }
    /// A step.
    [[gnu::always_inline]] void ask() {
        for (size_t i = 0; i < m_count; ++i) m_list[i].ask(m_lines[i]);
    }

  private:
    std::array<Ahead, 16> m_list;
    std::array<int64_t, 16> m_lines;
    size_t m_count = 0;
    int64_t m_steps;
};

}  // namespace vitrine::kernels
