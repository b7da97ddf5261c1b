// SPDX-License-Identifier: Apache-2.0
// Matrix products: tiles of rows × columns stay in registers while the depth streams. What a part
// reads of b is packed into panels of one to four vectors, whichever width leaves the fewest
// columns over, and stays in the second-level cache; 24 rows of a stay in the first-level cache
// while all panels pass them. What the next rows read and write, or the next terms read, is asked
// for between the products, as memory would be idle then: of [16384, 48] · [48, 192] and its
// adjoints, and the same of 192 to 48, 96 to 384 and 384 to 96, that left 0.68 to 0.89 (one core of
// Zen 4 beside others at work).
#include "kernels/cpu/product.h"

#include "kernels/cpu/ahead.h"
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
    Aheads* ahead;  ///< what comes next: a step for each so many terms
};

/// Terms between which lines are asked for.
constexpr int64_t askingTerms = 16;

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
    for (int64_t k = 0; k < panel.depth;) {
        panel.ahead->ask();
        const int64_t end = HWY_MIN(k + askingTerms, panel.depth);
        for (; k < end; ++k, a += left.column, b += vectors * lanesOfVector) {
            FloatVector columns[vectors];
            for (int j = 0; j < vectors; ++j) columns[j] = load(b + j * lanesOfVector);
            for (int i = 0; i < rows; ++i) {
                const FloatVector factor = broadcast(a[i * left.row]);
                for (int j = 0; j < vectors; ++j)
                    sums[i][j] = hn::MulAdd(factor, columns[j], sums[i][j]);
            }
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

/// Some columns over some terms of a part: b lies packed, a is where the last rows were packed to.
struct Block {
    const ProductShape& shape;
    const ProductPart& part;
    const ProductOperands& operands;
    const Panels& panels;
    int64_t column, firstTerm, endTerm;
    float *packed, *packedLeft;

    int64_t depth() const { return endTerm - firstTerm; }
    int64_t endColumn() const { return column + panels.columns; }
    /// How often the tiles of so many rows ask for lines, about.
    int64_t steps(int64_t rows) const {
        constexpr int64_t usual = tileRows<mostVectors>();
        const int64_t tiles = panels.vectors.parts * ((rows + usual - 1) / usual);
        return std::max<int64_t>(tiles * ((depth() + askingTerms - 1) / askingTerms), 1);
    }
};

/// So much does not stay in the second-level cache from one kernel to the next.
bool isFar(int64_t floats) {
    constexpr int64_t cachedFloats = 128 * 1024;
    return floats > cachedFloats;
}

/// What `rows` rows from `row` on read of a and write, where they lie on end.
void addRows(const Block& block, int64_t row, int64_t rows, Aheads& ahead) {
    const ProductShape& shape = block.shape;
    if (rows <= 0 || shape.aColumn != 1) return;
    if (isFar(shape.rows * shape.aRow))
        ahead.add(Ahead::ofRows(block.operands.a + row * shape.aRow + block.firstTerm, shape.aRow,
                                rows, block.depth()));
    if (isFar(shape.rows * shape.yRow))
        ahead.add(Ahead::ofRows(block.operands.y + row * shape.yRow + block.column, shape.yRow,
                                rows, block.panels.columns));
}

/// What the terms behind those of the block read of a and b, where they lie on end; behind the
/// part too, as its thread goes on with the next.
void addTerms(const Block& block, Aheads& ahead) {
    const ProductShape& shape = block.shape;
    const int64_t first = block.endTerm;
    const int64_t terms = std::min(first + productDepth, shape.depth) - first;
    if (terms <= 0 || shape.aRow != 1) return;
    if (isFar(shape.depth * shape.aColumn))
        ahead.add(Ahead::ofRows(block.operands.a + first * shape.aColumn + block.part.firstRow,
                                shape.aColumn, terms, block.part.endRow - block.part.firstRow));
    if (shape.bColumn == 1 && isFar(shape.depth * shape.bRow))
        ahead.add(Ahead::ofRows(block.operands.b + first * shape.bRow + block.column, shape.bRow,
                                terms, block.panels.columns));
}

void packBlock(const Block& block) {
    const ProductShape& shape = block.shape;
    const Panels& panels = block.panels;
    for (int64_t p = 0; p < panels.vectors.parts; ++p)
        packThrough(block.operands.stepOfB, shape,
                    block.operands.b + block.firstTerm * shape.bRow +
                        (block.column + panels.first(p)) * shape.bColumn,
                    block.depth(), panels.count(p), panels.width(p) * lanesOfVector,
                    block.packed + block.depth() * panels.first(p));
}

/// Rows from m on through all panels.
void multiplyRows(const Block& block, const Left& left, int64_t m, int64_t rows, Aheads& ahead) {
    const ProductOperands& operands = block.operands;
    const Panels& panels = block.panels;
    for (int64_t p = 0; p < panels.vectors.parts; ++p) {
        const int64_t first = block.column + panels.first(p), at = m * block.shape.yRow + first;
        const Target to{operands.y + at,
                        operands.bias ? operands.bias + first : nullptr,
                        operands.gate ? operands.gate + at : nullptr,
                        block.shape.yRow,
                        block.firstTerm > block.part.firstDepth,
                        block.endTerm == block.part.endDepth,
                        operands.relu};
        rowsOfPanel(panels.width(p), left,
                    {block.packed + block.depth() * panels.first(p), block.depth(), panels.count(p),
                     &ahead},
                    to, rows);
    }
}

void multiplyBlock(const Block& block) {
    const ProductShape& shape = block.shape;
    const ProductPart& part = block.part;
    packBlock(block);
    const bool packs = packsLeft(shape, block.panels.columns);
    Aheads nextTerms(block.steps(part.endRow - part.firstRow));
    addTerms(block, nextTerms);
    for (int64_t m = part.firstRow; m < part.endRow; m += productRows) {
        const int64_t rows = std::min(productRows, part.endRow - m);
        const Left left =
            leftOf(shape, block.operands.stepOfA, packs,
                   block.operands.a + m * shape.aRow + block.firstTerm * shape.aColumn, rows,
                   block.depth(), block.packedLeft);
        Aheads nextRows(block.steps(rows));
        addRows(block, m + rows, std::min(productRows, part.endRow - m - rows), nextRows);
        multiplyRows(block, left, m, rows, shape.aColumn == 1 ? nextRows : nextTerms);
    }
}

void multiplyPartHere(const ProductShape& shape, const ProductPart& part,
                      const ProductOperands& operands, float* scratch) {
    for (int64_t column = part.firstColumn; column < part.endColumn; column += productColumns) {
        const Panels panels(std::min(productColumns, part.endColumn - column));
        int64_t k = part.firstDepth;
        do {
            const int64_t end = std::min(k + productDepth, part.endDepth);
            multiplyBlock({shape, part, operands, panels, column, k, end, scratch,
                           scratch + (end - k) * panels.vectors.items * lanesOfVector});
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
