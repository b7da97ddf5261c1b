// SPDX-License-Identifier: GPL-3.0-or-later
// PhysicalLayout: what lies at each place of a tensor's memory. The inverse of physicalIndex.
#pragma once

#include <QString>

#include <array>

#include "core/tensor/layout.h"

namespace vitrine::gui {

enum class CellKind {
    Element,
    Halo,     ///< zeros around a plane
    Padding,  ///< a lane of an image, channel or filter that is not there
    Foreign   ///< memory between the elements of a strided view, or beyond it
};

struct MemoryCell {
    CellKind kind = CellKind::Foreign;
    /// Of the element; of halo and padding: image and channel that the place would belong to.
    std::array<int64_t, Shape::maxRank> index{};
};

/// A plain value; every question is answered in constant time, whatever the tensor's size.
class PhysicalLayout {
  public:
    PhysicalLayout() = default;
    /// `storageBytes`: of the memory that a view looks into; 0: the tensor's own.
    explicit PhysicalLayout(const TensorType& type, int64_t storageBytes = 0);

    const TensorType& type() const { return m_type; }
    /// Places in memory, halo and padding included.
    int64_t cells() const { return m_cells; }
    /// Places in a cache line of 64 bytes.
    int cellsInLine() const { return 8 * 64 / bitsOf(m_type.dtype); }
    int64_t lines() const { return (m_cells + cellsInLine() - 1) / cellsInLine(); }
    MemoryCell cell(int64_t place) const;
    /// The axis whose neighbours are neighbours in memory; −1 for a scalar.
    int fastestAxis() const;
    int64_t byteOf(int64_t place) const { return place * bitsOf(m_type.dtype) / 8; }

    /// `nChw16c: [N][C/16][H+2][W+2][16]`: outermost first.
    QString formula() const;
    /// The same with numbers: `[64][1][30][30][16]`.
    QString extents() const;
    /// `n 3, c 2, y 4, x 5`
    QString indexText(const MemoryCell& cell) const;
    /// `3,2,4,5`
    QString shortText(const MemoryCell& cell) const;

  private:
    MemoryCell rowMajorCell(int64_t place) const;
    MemoryCell blockedCell(int64_t place) const;
    MemoryCell packedCell(int64_t place) const;

    TensorType m_type;
    int64_t m_cells = 0;
    std::array<int, Shape::maxRank> m_axes{};  ///< row-major: axes of largest stride first
};

}  // namespace vitrine::gui
