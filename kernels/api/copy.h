// SPDX-License-Identifier: Apache-2.0
// Copies: between layouts, from strided views, and of pieces (concatenation, slices, zero padding
// along an axis).
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// y = x with the same logical [n, c, h, w]. x RowMajor may be strided (elements; offset already in
/// the pointer). elementBytes 1, 2, 4 or 8; any pair of layouts. Operands: x, y.
struct ReorderProblem {
    Image x, y;
    std::array<int64_t, 4> xStrides{};  ///< RowMajor x only: strides of n, c, h, w
    int64_t elementBytes = 4;
    /// RowMajor y only: its strides, which fill its memory in another order of axes; all 0 where it
    /// lies as it is read.
    std::array<int64_t, 4> yStrides{};
};
Kernel selectReorder(const ReorderProblem& problem);

/// y = x, a row-major weight without gaps, as `packing` says; zero where it has no element.
/// elementBytes 1, 2, 4 or 8. Operands: x, y.
struct PackProblem {
    Packing packing;
    int64_t elementBytes = 4;
};
Kernel selectPack(const PackProblem& problem);

/// y = x for a strided row-major source of up to eight extents, y contiguous. Operands: x, y.
struct StridedCopyProblem {
    int rank = 0;
    std::array<int64_t, Strided::maxRank> shape{}, strides{};
    int64_t elementBytes = 4;
};
Kernel selectStridedCopy(const StridedCopyProblem& problem);

/// Row-major operands seen as [outer][extent][inner]. y[outer][Σ extents][inner] = the inputs side
/// by side. Operands: x_0 … x_{k−1}, y.
struct ConcatProblem {
    int64_t outer = 1, inner = 1;
    std::vector<int64_t> extents;
    int64_t elementBytes = 4;
};
Kernel selectConcat(const ConcatProblem& problem);

/// Concatenation along channels in Lanes or in Blocked. Operands: x_0 … x_{k−1}, y. float32.
struct ChannelConcatProblem {
    std::vector<Image> x;
    Image y;
};
bool supportsChannelConcat(const ChannelConcatProblem& problem);
Kernel selectChannelConcat(const ChannelConcatProblem& problem);

/// Channels from `start` on, as many as y has, of images in Lanes. Operands: x, y. float32.
struct ChannelPieceProblem {
    Image x, y;
    int64_t start = 0;
};
Kernel selectChannelPiece(const ChannelPieceProblem& problem);

/// Row-major [outer][extent][inner] → [outer][before + extent + after][inner], zeros around; where
/// before or after is below zero, so many places are left out. Operands: x, y.
struct ZeroPadProblem {
    int64_t outer = 1, extent = 1, inner = 1, before = 0, after = 0;
    int64_t elementBytes = 4;
};
Kernel selectZeroPad(const ZeroPadProblem& problem);

}  // namespace vitrine::kernels
