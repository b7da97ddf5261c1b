// SPDX-License-Identifier: Apache-2.0
// One product of two matrices, read by strides, in parts: what fully connected layers in rows and
// batched products have in common.
#pragma once

#include "kernels/cpu/cut.h"
#include "kernels/cpu/pointwise.h"

namespace vitrine::kernels::cpu {

/// y[rows][columns] = a[rows][depth] · b[depth][columns]; strides in elements, columns of y on end.
struct ProductShape {
    int64_t rows = 1, columns = 1, depth = 1;
    int64_t aRow = 0, aColumn = 0, bRow = 0, bColumn = 0, yRow = 0;
};

/// A function of one element that is applied to what is packed.
struct PackedStep {
    RowFunction run = nullptr;  ///< null: nothing is
    Parameters parameters = {};
};

struct ProductOperands {
    const float *a = nullptr, *b = nullptr;
    float* y = nullptr;
    const float* bias = nullptr;  ///< of each column, or null
    const float* gate = nullptr;  ///< lies like y, or null
    bool relu = false;
    PackedStep stepOfA = {}, stepOfB = {};
};

/// Terms of one chain of sums: shorter chains keep the rounding error of long products low, and a
/// tile's rows of that depth stay in the first-level cache.
inline constexpr int64_t productDepth = 256;
/// Columns of b that are packed at once, so that they stay in the second-level cache.
inline constexpr int64_t productColumns = 384;
/// Rows whose part of a stays in the first-level cache: a multiple of every register tile's.
inline constexpr int64_t productRows = 24;

struct ProductPart {
    int64_t firstRow, endRow, firstColumn, endColumn, firstDepth, endDepth;
};

/// How a product is cut: by rows and columns, or where its result is small and its depth long, by
/// depth, into partial results that are added in order.
struct ProductCut {
    Cut rows, columns;  ///< in blocks of productRows and 16
    Cut depth;          ///< in blocks of productDepth
    int64_t parts() const { return rows.parts * columns.parts * depth.parts; }
    ProductPart part(const ProductShape& shape, int64_t index) const;
};

/// `byDepth`: whether partial results are possible.
ProductCut cutProduct(const ProductShape& shape, bool byDepth);

/// Floats that one part needs beside its operands.
int64_t productScratch(const ProductShape& shape);

/// Computes one part; y's row 0 and column 0 are those of the whole.
using MultiplyPart = void (*)(const ProductShape& shape, const ProductPart& part,
                              const ProductOperands& operands, float* scratch);
/// That of the instruction set that is in use.
MultiplyPart multiplyPart();

}  // namespace vitrine::kernels::cpu
