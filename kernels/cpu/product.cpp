// SPDX-License-Identifier: Apache-2.0
// Matrix products: tiles of rows × columns stay in registers while the depth streams. What a part
// reads of b is packed into panels of one to four vectors, whichever width leaves the fewest
// columns over, and stays in the second-level cache; 24 rows of a stay in the first-level cache
// while all panels pass them.
#include "kernels/cpu/product.h"

#include "kernels/cpu/plane_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/product.cpp"
#include <hwy/foreach_target.h>
//
#include "kernels/cpu/transpose-inl.h"
#include "kernels/cpu/vector16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// Vectors of the widest panel, and rows so that a tile fills the registers.
constexpr int mostVectors = lanesOfVector == 16 ? 4 : 3;

template <int vectors>
constexpr int tileRows() {
    if (lanesOfVector < 8) return vectors == 1 ? 8 : vectors == 2 ? 4 : 3;
    if (lanesOfVector == 8) return vectors == 3 ? 4 : 6;
    return vectors == 4 ? 6 : vectors == 3 ? 8 : 12;
}
static_assert(productRows % tileRows<1>() == 0 && productRows % tileRows<2>() == 0 &&
              productRows % tileRows<3>() == 0);

/// Rows of a, from the first of a tile on.
struct Left {
    const float* a;
    int64_t row, column;  ///< strides

    Left below(int64_t rows) const { return {a + rows * row, row, column}; }
};

/// b [depth][vectors], and where the tile's columns go.
struct Panel {
    const float* b;
    int64_t depth, columns;
};

struct Target {
    float* y;
    const float *bias, *gate;
    int64_t row;  ///< stride
    bool adds, ends, relu;

    Target below(int64_t rows) const {
        return {y + rows * row, bias, gate ? gate + rows * row : nullptr, row, adds, ends, relu};
    }
};

template <int rows, int vectors>
HWY_INLINE void multiply(const Left& left, const Panel& panel, FloatVector (&sums)[rows][vectors]) {
    const float* a = left.a;
    const float* b = panel.b;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < vectors; ++j) sums[i][j] = hn::Zero(Floats());
    for (int64_t k = 0; k < panel.depth; ++k, a += left.column, b += vectors * lanesOfVector) {
        FloatVector columns[vectors];
        for (int j = 0; j < vectors; ++j) columns[j] = load(b + j * lanesOfVector);
        for (int i = 0; i < rows; ++i) {
            const FloatVector factor = broadcast(a[i * left.row]);
            for (int j = 0; j < vectors; ++j)
                sums[i][j] = hn::MulAdd(factor, columns[j], sums[i][j]);
        }
    }
}

/// What becomes of a sum on its way to y; `get` and `put` move a vector of the row's columns.
template <class Get, class Put>
HWY_INLINE void finish(FloatVector sum, const Target& to, int64_t row, int64_t column, Get get,
                       Put put) {
    const int64_t at = row * to.row + column;
    if (to.adds)
        sum = hn::Add(sum, get(to.y + at));
    else if (to.bias)
        sum = hn::Add(sum, get(to.bias + column));
    if (to.ends && to.relu) sum = relu(sum);
    if (to.ends && to.gate) sum = reluGate(sum, get(to.gate + at));
    put(sum, to.y + at);
}

template <int rows, int vectors>
HWY_NOINLINE void tile(const Left& left, const Panel& panel, const Target& to) {
    FloatVector sums[rows][vectors];
    multiply<rows, vectors>(left, panel, sums);
    const Floats d;
    if (panel.columns >= vectors * lanesOfVector) {
#pragma GCC unroll 12
        for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
            for (int j = 0; j < vectors; ++j)
                finish(
                    sums[i][j], to, i, j * lanesOfVector,
                    [d](const float* from) HWY_ATTR { return hn::LoadU(d, from); },
                    [d](FloatVector v, float* at) HWY_ATTR { hn::StoreU(v, d, at); });
        return;
    }
    for (int j = 0; j < vectors; ++j) {
        const int64_t rest = panel.columns - j * lanesOfVector;
        if (rest <= 0) return;
        const auto mask =
            hn::FirstN(d, static_cast<size_t>(std::min<int64_t>(rest, lanesOfVector)));
        for (int i = 0; i < rows; ++i)
            finish(
                sums[i][j], to, i, j * lanesOfVector,
                [d, mask](const float* from) HWY_ATTR { return hn::MaskedLoad(mask, d, from); },
                [d, mask](FloatVector v, float* at) HWY_ATTR { hn::BlendedStore(v, mask, d, at); });
    }
}

/// `count` rows in the tallest tiles that fit.
template <int rows, int vectors>
void sweepRows(Left left, const Panel& panel, Target to, int64_t count) {
    for (; count >= rows; count -= rows, left = left.below(rows), to = to.below(rows))
        tile<rows, vectors>(left, panel, to);
    if constexpr (rows > 1) {
        constexpr int fewer = rows > 8 ? 8 : rows > 6 ? 6 : rows > 4 ? 4 : rows / 2;
        if (count > 0) sweepRows<fewer, vectors>(left, panel, to, count);
    }
}

void rowsOfPanel(int64_t vectors, const Left& left, const Panel& panel, const Target& to,
                 int64_t count) {
    switch (vectors) {
        case 1:
            return sweepRows<tileRows<1>(), 1>(left, panel, to, count);
        case 2:
            return sweepRows<tileRows<2>(), 2>(left, panel, to, count);
        case 3:
            return sweepRows<tileRows<3>(), 3>(left, panel, to, count);
        default:
            if constexpr (mostVectors == 4)
                return sweepRows<tileRows<4>(), 4>(left, panel, to, count);
    }
}

/// Columns of a part that are packed at once, as vectors in panels of nearly one width.
struct Panels {
    int64_t columns;
    Cut vectors;

    explicit Panels(int64_t count) : columns(count) {
        const int64_t all = (count + lanesOfVector - 1) / lanesOfVector;
        vectors = {all, (all + mostVectors - 1) / mostVectors};
    }
    int64_t first(int64_t panel) const { return vectors.begin(panel) * lanesOfVector; }
    int64_t width(int64_t panel) const { return vectors.end(panel) - vectors.begin(panel); }
    int64_t count(int64_t panel) const {
        return std::min(columns, first(panel + 1)) - first(panel);
    }
};

/// Without a call for each of many short rows.
HWY_INLINE void copyRow(const float* from, int64_t count, float* to) {
    const Floats d;
    const hn::CappedTag<float, 4> four;
    constexpr int64_t few = hn::MaxLanes(four);
    int64_t i = 0;
    for (; i + lanesOfVector <= count; i += lanesOfVector)
        hn::StoreU(hn::LoadU(d, from + i), d, to + i);
    for (; i + few <= count; i += few) hn::StoreU(hn::LoadU(four, from + i), four, to + i);
    for (; i < count; ++i) to[i] = from[i];
}

/// b [depth][columns] by strides to [depth][width], zero past the last column.
void packPanel(const float* b, int64_t row, int64_t column, int64_t depth, int64_t columns,
               int64_t width, float* to) {
    if (row == 1 && column != 1) {
        transpose({.from = b,
                   .fromStride = column,
                   .to = to,
                   .toStride = width,
                   .rows = columns,
                   .columns = depth});
    } else if (column == 1) {
        for (int64_t k = 0; k < depth; ++k) copyRow(b + k * row, columns, to + k * width);
    } else {
        for (int64_t k = 0; k < depth; ++k)
            for (int64_t n = 0; n < columns; ++n) to[k * width + n] = b[k * row + n * column];
    }
    if (columns < width)
        for (int64_t k = 0; k < depth; ++k)
            std::fill(to + k * width + columns, to + (k + 1) * width, 0.0F);
}

void applyStep(const PackedStep& step, float* packed, int64_t count) {
    if (step.run) step.run({.a = packed}, packed, count, step.parameters);
}

/// A panel of b through its step, some rows at a time: it finds them in the first-level cache.
void packThrough(const PackedStep& step, const ProductShape& shape, const float* b, int64_t depth,
                 int64_t columns, int64_t width, float* to) {
    constexpr int64_t together = 32;
    const int64_t piece = step.run ? together : depth;
    for (int64_t k = 0; k < depth; k += piece) {
        const int64_t rows = std::min(piece, depth - k);
        packPanel(b + k * shape.bRow, shape.bRow, shape.bColumn, rows, columns, width,
                  to + k * width);
        applyStep(step, to + k * width, rows * width);
    }
}

/// Rows of a where they lie, or packed as [depth][24]: where reading them column by column would
/// take other lines of few sets again and again, or pays off over many columns.
bool packsLeft(const ProductShape& shape, int64_t columns) {
    if (shape.aColumn != 1) return true;
    return columns >= 192 || shape.aRow % 256 == 0;
}

Left packLeft(const ProductShape& shape, const float* a, int64_t rows, int64_t depth, float* to) {
    if (shape.aColumn == 1)
        transpose({.from = a,
                   .fromStride = shape.aRow,
                   .to = to,
                   .toStride = productRows,
                   .rows = rows,
                   .columns = depth});
    else
        packPanel(a, shape.aColumn, shape.aRow, depth, rows, productRows, to);
    return {to, 1, productRows};
}

/// Rows of a as tiles read them, through the step.
Left leftOf(const ProductShape& shape, const PackedStep& step, bool packs, const float* a,
            int64_t rows, int64_t depth, float* to) {
    if (packs) {
        const Left left = packLeft(shape, a, rows, depth, to);
        applyStep(step, to, depth * productRows);
        return left;
    }
    if (!step.run) return {a, shape.aRow, shape.aColumn};
    for (int64_t i = 0; i < rows; ++i)
        step.run({.a = a + i * shape.aRow}, to + i * depth, depth, step.parameters);
    return {to, depth, 1};
}

/// The columns of `panels` from `column` on, over terms [k, end).
void multiplyBlock(const ProductShape& shape, const ProductPart& part,
                   const ProductOperands& operands, const Panels& panels, int64_t column, int64_t k,
                   int64_t end, float* scratch) {
    const int64_t depth = end - k;
    float* const packed = scratch;
    float* const packedLeft = scratch + depth * panels.vectors.items * lanesOfVector;
    for (int64_t p = 0; p < panels.vectors.parts; ++p)
        packThrough(operands.stepOfB, shape,
                    operands.b + k * shape.bRow + (column + panels.first(p)) * shape.bColumn, depth,
                    panels.count(p), panels.width(p) * lanesOfVector,
                    packed + depth * panels.first(p));
    const bool packs = packsLeft(shape, panels.columns);
    for (int64_t m = part.firstRow; m < part.endRow; m += productRows) {
        const int64_t rows = std::min(productRows, part.endRow - m);
        const float* const a = operands.a + m * shape.aRow + k * shape.aColumn;
        const Left left = leftOf(shape, operands.stepOfA, packs, a, rows, depth, packedLeft);
        for (int64_t p = 0; p < panels.vectors.parts; ++p) {
            const int64_t first = column + panels.first(p), at = m * shape.yRow + first;
            const Target to{operands.y + at,
                            operands.bias ? operands.bias + first : nullptr,
                            operands.gate ? operands.gate + at : nullptr,
                            shape.yRow,
                            k > part.firstDepth,
                            end == part.endDepth,
                            operands.relu};
            rowsOfPanel(panels.width(p), left,
                        {packed + depth * panels.first(p), depth, panels.count(p)}, to, rows);
        }
    }
}

void multiplyPartHere(const ProductShape& shape, const ProductPart& part,
                      const ProductOperands& operands, float* scratch) {
    for (int64_t column = part.firstColumn; column < part.endColumn; column += productColumns) {
        const Panels panels(std::min(productColumns, part.endColumn - column));
        int64_t k = part.firstDepth;
        do {
            const int64_t end = std::min(k + productDepth, part.endDepth);
            multiplyBlock(shape, part, operands, panels, column, k, end, scratch);
            k = end;
        } while (k < part.endDepth);
    }
}

MultiplyPart chooseMultiplyPart() { return multiplyPartHere; }

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseMultiplyPart);

MultiplyPart multiplyPart() { return HWY_DYNAMIC_DISPATCH(chooseMultiplyPart)(); }

}  // namespace vitrine::kernels::cpu
#endif
