// SPDX-License-Identifier: Apache-2.0
// Where the elements of a tensor lie in memory. The planner chooses; people see logical N, C, H, W.
#pragma once

#include <cstdint>
#include <string>

#include "core/tensor/array_view.h"
#include "core/tensor/shape.h"
#include "kernels/api/operand.h"

namespace vitrine {

/// Lanes and Blocked both store planes of [H + 2 halo][W + 2 halo][16]:
///   Lanes    one plane per (block of 16 images, channel): the 16 are images.   [N/16][C][H][W][16]
///   Blocked  one plane per (image, block of 16 channels): the 16 are channels. [N][C/16][H][W][16]
/// Values of ranks 2 to 5 can: see ImageView.
/// Packed: a weight [filters, channels of a group, taps…] in the order in which a kernel reads it.
/// Contract: whoever writes a value zeroes its halo. Lanes of images that are not there (last
/// partial batch) and channels past C hold anything, also NaN: no kernel may let them into a result
/// that is.
using LayoutKind = kernels::Layout;

struct Layout {
    LayoutKind kind = LayoutKind::RowMajor;
    int halo = 0;                   ///< pixels on each of the four sides; of Lanes and Blocked
    kernels::Packing packing = {};  ///< of Packed
    bool operator==(const Layout&) const = default;
};

/// A shape seen as images [N, C, H, W]: [N, C] has H = W = 1, [N, C, L] has H = 1, W = L, and
/// [N, C, D, H, W] has its slices below one another, D · H rows.
struct ImageView {
    int64_t n = 1, c = 1, h = 1, w = 1;
};
/// Whether values of this shape can lie in lanes or blocks: ranks 2 to 5.
constexpr bool hasImageView(const Shape& shape) { return shape.rank() >= 2 && shape.rank() <= 5; }
ImageView imageView(const Shape& shape);
/// Where the element with this index lies in its plane.
struct Pixel {
    int64_t y = 0, x = 0;
};
Pixel pixelOf(const Shape& shape, const int64_t* index);

/// Elements that a tensor takes in memory, padding and halo included.
int64_t storageElements(const Shape& shape, const Layout& layout);
/// `row-major`, `lanes`, `lanes+2` (halo 2), `nChw16c+1`, `packed 6` (by so many filters),
/// `packed 6 transposed` (by channels).
std::string text(const Layout& layout);

/// Type of a value on a Program or tape: logical shape, element type, physical layout. Strides (in
/// elements) and offset (from the root's first element) matter for RowMajor views only; others are
/// contiguous in their layout.
struct TensorType {
    Shape shape;
    DType dtype = DType::F32;
    Layout layout;
    Shape strides;       ///< RowMajor only
    int64_t offset = 0;  ///< RowMajor only

    static TensorType rowMajor(const Shape& shape, DType dtype) {
        return {shape, dtype, {}, contiguousStrides(shape), 0};
    }
    /// RowMajor only: how it lies.
    ArrayView array() const { return {shape, strides, offset}; }
    bool isContiguous() const {
        return layout.kind != LayoutKind::RowMajor || array().isContiguous();
    }
    int64_t storageBytes() const { return bytesOf(dtype, storageElements(shape, layout)); }
};

/// Index of a logical element in the value's storage, for any layout. `index` has shape.rank()
/// entries.
int64_t physicalIndex(const TensorType& type, const int64_t* index);

/// The element of a packed weight with this index, and the other way round.
kernels::WeightPlace weightPlaceOf(const Shape& shape, const int64_t* index);
void indexOf(const Shape& shape, const kernels::WeightPlace& place, int64_t* index);

}  // namespace vitrine
