// SPDX-License-Identifier: Apache-2.0
// Parts of matrix products.
#include "kernels/cpu/product.h"

#include "kernels/api/operand.h"

namespace vitrine::kernels::cpu {
namespace {

/// Multiplications and additions that a part should have at least: about 20 µs.
constexpr int64_t grainFlops = 1 << 22;
/// Rows that a part should have before rows are cut: each part packs what it reads of b.
constexpr int64_t leastRows = 768;
/// The same where columns would be cut instead, by which each part would pack all of its rows of a.
constexpr int64_t fewestRows = 240;
/// More are not worth packing anything again.
constexpr int64_t enoughParts = 16;
/// Partial results, and elements of one, at most.
constexpr int64_t mostDepthParts = 16, mostPartial = 1 << 18;

constexpr int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// `items` blocks in parts of at least `least` blocks each.
Cut cutBy(int64_t items, int64_t mostParts, int64_t least) {
    return {items, std::clamp<int64_t>(items / std::max<int64_t>(least, 1), 1,
                                       std::max<int64_t>(mostParts, 1))};
}

}  // namespace

ProductCut cutProduct(const ProductShape& shape, bool byDepth) {
    const int64_t wanted = 2 * shape.rows * shape.columns * shape.depth / grainFlops;
    const int64_t rowBlocks = divideUp(shape.rows, productRows);
    const int64_t columnBlocks = divideUp(shape.columns, blockWidth);
    const int64_t depthBlocks = divideUp(shape.depth, productDepth);
    ProductCut cut{{rowBlocks, 1}, {columnBlocks, 1}, {depthBlocks, 1}};
    cut.rows = cutBy(rowBlocks, wanted, leastRows / productRows);
    const int64_t rest = wanted / cut.rows.parts;
    if (byDepth && cut.rows.parts == 1 && shape.rows * shape.columns <= mostPartial &&
        depthBlocks >= 8) {
        cut.depth = cutBy(depthBlocks, std::min(rest, mostDepthParts), 4);
        return cut;
    }
    if (cut.rows.parts >= enoughParts) return cut;
    cut.columns = cutBy(columnBlocks, rest, 6);
    const Cut shorter = cutBy(rowBlocks, std::min(wanted, enoughParts), fewestRows / productRows);
    if (!byDepth && cut.columns.parts > 1 && shorter.parts == enoughParts) {
        cut.columns.parts = 1;
        cut.rows = shorter;
        return cut;
    }
    const int64_t more = std::min(rest, enoughParts) / cut.columns.parts;
    if (cut.rows.parts == 1) cut.rows = cutBy(rowBlocks, more, 4);
    return cut;
}

ProductPart ProductCut::part(const ProductShape& shape, int64_t index) const {
    const int64_t column = index % columns.parts, other = index / columns.parts;
    const int64_t row = other % rows.parts, term = other / rows.parts;
    return {.firstRow = rows.begin(row) * productRows,
            .endRow = std::min(shape.rows, rows.end(row) * productRows),
            .firstColumn = columns.begin(column) * blockWidth,
            .endColumn = std::min(shape.columns, columns.end(column) * blockWidth),
            .firstDepth = depth.begin(term) * productDepth,
            .endDepth = std::min(shape.depth, depth.end(term) * productDepth)};
}

int64_t productScratch(const ProductShape& shape) {
    const int64_t depth = std::min(shape.depth, productDepth);
    const int64_t columns = divideUp(std::min(shape.columns, productColumns), blockWidth);
    return depth * (columns * blockWidth + productRows) + blockWidth;
}

}  // namespace vitrine::kernels::cpu
