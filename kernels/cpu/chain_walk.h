// SPDX-License-Identifier: Apache-2.0
// Walking over the result of a chain in pieces, with every operand beside it as so many numbers on
// end: those that repeat are written out once for each plane.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "kernels/cpu/reach.h"
#include "kernels/cpu/strided.h"

namespace vitrine::kernels::cpu {

inline constexpr size_t mostChainOperands = 32;
/// Elements of a piece of each operand, so that all are in L1 together.
inline constexpr int64_t chainPiece = 1024;

/// Where a piece begins in every operand of the walk.
using PieceOperands = std::array<const float*, mostChainOperands>;

/// A plain value, bound into kernels: operands from `first` on, and the result.
class ChainWalk {
  public:
    ChainWalk(const Call& call, size_t first);

    size_t operands() const { return m_sources.size(); }
    const Image& result() const { return m_result; }
    bool isRowMajor() const { return m_result.layout == Layout::RowMajor; }
    /// In planes.
    bool isByChannel(size_t operand) const { return m_sources[operand].reach == Reach::Channel; }
    /// The body looks at one pixel of an operand that repeats: it need not be written out further.
    void writeOnePixel(size_t operand) { m_sources[operand].written = blockWidth; }

    /// Leaves those rows of operands that are images like the result, planes only, to be asked for.
    void announce(const ResultShare& share, void* const* from) const;
    /// Calls body(PieceOperands, y, count) for rows [firstRow, endRow) of planes [plane, plane +
    /// planes), or for so many elements of row-major memory. `from`: the walk's operands.
    template <class Body>
    void forEach(const ResultShare& share, void* const* from, float* y, Body body) const {
        for (int64_t i = 0; i < share.repeats; ++i) {
            const int64_t first = share.first + i * share.stride;
            if (isRowMajor())
                overElements(first, first + share.count, from, y, body);
            else
                overPlanes(first, share, from, y, body);
        }
    }

  private:
    struct Source {
        Image image;
        Reach reach = Reach::Whole;
        Repeat repeat;  ///< row-major
        bool isFar = false;
        int64_t written = chainPiece;  ///< numbers of it, at most, where it repeats in planes
    };
    /// Numbers of operands that repeat, written out.
    struct Patterns {
        alignas(64) std::array<std::array<float, chainPiece>, mostRepeated> rows;
    };

    static int64_t rowOf(const Image& image, int64_t plane, int64_t line) {
        return plane * image.planeStride() + image.origin() + line * image.rowStride();
    }
    static const float* at(void* const* from, size_t k) {
        return static_cast<const float*>(from[k]);
    }
    /// The 16 numbers of a plane that repeat over its pixels, `count` of them: where they lie, or
    /// written to `to`.
    const float* pattern(const Source& source, const float* from, int64_t plane, float* to,
                         int64_t count) const;
    /// Where a run of an operand that stays or goes along ends.
    int64_t endOfRun(int64_t element, int64_t end) const;

    /// Asks for a row that comes next, into the first-level cache.
    static void fetchRow(const float* row, int64_t length) {
        for (int64_t i = 0; i < length; i += blockWidth) __builtin_prefetch(row + i, 0, 3);
    }

    /// Asks for a piece some pieces ahead: memory answers later than one piece is done. What lies
    /// behind a plane is mostly the next one.
    void fetch(const PieceOperands& from, int64_t at) const {
        constexpr int64_t ahead = 4;
        const int64_t begin = at + ahead * chainPiece;
        for (size_t k = 0; k < m_sources.size(); ++k)
            if (m_sources[k].reach == Reach::Whole)
                for (int64_t i = begin; i < begin + chainPiece; i += blockWidth)
                    __builtin_prefetch(from[k] + i, 0, 2);
    }

    template <class Body>
    void overPieces(const PieceOperands& from, float* y, int64_t length, Body& body) const {
        if (length <= chainPiece) return body(from, y, length);
        PieceOperands piece = from;
        for (int64_t i = 0; i < length; i += chainPiece) {
            fetch(from, i);
            for (size_t k = 0; k < m_sources.size(); ++k)
                if (m_sources[k].reach == Reach::Whole) piece[k] = from[k] + i;
            body(piece, y + i, std::min(chainPiece, length - i));
        }
    }

    template <class Body>
    void overPlanes(int64_t first, const ResultShare& share, void* const* from, float* y,
                    Body& body) const {
        const bool allRows = m_isFlat && share.firstRow == 0 && share.endRow == m_result.h;
        const int64_t planes = allRows && !m_repeats ? share.count : 1;
        const int64_t length = allRows ? planes * m_result.planeStride() : m_result.w * blockWidth;
        Patterns patterns;
        PieceOperands operands{};
        for (int64_t plane = first; plane < first + share.count; plane += planes) {
            for (size_t k = 0, row = 0; k < m_sources.size(); ++k)
                if (m_sources[k].reach != Reach::Whole)
                    operands[k] =
                        pattern(m_sources[k], at(from, k), plane, patterns.rows[row++].data(),
                                std::min(length, m_sources[k].written));
            for (int64_t line = share.firstRow; line < (allRows ? 1 : share.endRow); ++line) {
                for (size_t k = 0; k < m_sources.size(); ++k) {
                    if (m_sources[k].reach != Reach::Whole) continue;
                    operands[k] = at(from, k) + rowOf(m_sources[k].image, plane, line);
                    if (length <= chainPiece && m_sources[k].isFar)
                        fetchRow(operands[k] + m_sources[k].image.rowStride(), length);
                }
                overPieces(operands, y + rowOf(m_result, plane, line), length, body);
            }
        }
    }

    template <class Body>
    void overElements(int64_t first, int64_t end, void* const* from, float* y, Body& body) const {
        Patterns patterns;
        PieceOperands operands{};
        while (first < end) {
            const int64_t next = endOfRun(first, end);
            for (size_t k = 0, pattern = 0; k < m_sources.size(); ++k) {
                const Source& source = m_sources[k];
                const float* const place =
                    at(from, k) + first / source.repeat.inner % source.repeat.count;
                operands[k] = place;
                if (source.reach == Reach::Whole) continue;
                float* const row = patterns.rows[pattern++].data();
                std::fill_n(row, std::min(next - first, chainPiece), *place);
                operands[k] = row;
            }
            overPieces(operands, y + first, next - first, body);
            first = next;
        }
    }

    std::vector<Source> m_sources;
    Image m_result;
    bool m_isFlat = true;    ///< no image has a halo
    bool m_repeats = false;  ///< an operand changes from plane to plane
};

}  // namespace vitrine::kernels::cpu
