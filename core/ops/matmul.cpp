// SPDX-License-Identifier: Apache-2.0
// Matrix products as numpy's matmul: vectors are one row or column, batches repeat.
#include "core/opdef/shape_rules.h"

#include <fmt/format.h>

namespace vitrine::ops::matmul {

namespace {

/// An operand as matrices: a vector on the left is one row, on the right one column.
Shape asMatrices(const Shape& shape, bool isLeft) {
    if (shape.rank() > 1) return shape;
    return isLeft ? Shape{1, shape[0]} : Shape{shape[0], 1};
}

Shape batchOf(const Shape& matrices) {
    return Shape(matrices.dims().first(matrices.dims().size() - 2));
}

Shape withMatrix(Shape batch, int64_t rows, int64_t columns) {
    batch.push(rows);
    batch.push(columns);
    return batch;
}

struct Product {
    Shape a, b;  ///< matrices over the common batch
    Shape y;     ///< as it is asked for
};

Result<Product> productOf(const Shape& left, const Shape& right) {
    if (left.rank() < 1 || right.rank() < 1) return shapeError("a number has no rows and columns");
    const Shape a = asMatrices(left, true), b = asMatrices(right, false);
    const int64_t rows = a[a.rank() - 2], inner = a[a.rank() - 1], columns = b[b.rank() - 1];
    if (b[b.rank() - 2] != inner)
        return shapeError(fmt::format("b {} needs {} rows, as many as a {} has columns",
                                      right.text(), inner, left.text()));
    const std::optional<Shape> batch = broadcastShape(batchOf(a), batchOf(b));
    if (!batch)
        return shapeError(fmt::format("the batches of a {} and b {} do not fit together",
                                      left.text(), right.text()));
    Shape y = *batch;
    if (left.rank() > 1) y.push(rows);
    if (right.rank() > 1) y.push(columns);
    return Product{withMatrix(*batch, rows, inner), withMatrix(*batch, inner, columns), y};
}

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    const Result<Product> product = productOf(in[0].shape, in[1].shape);
    if (!product.ok()) return product.error();
    return oneResult(product->y, in[0].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    const Result<Product> product = productOf(b.shape(in[0]), b.shape(in[1]));
    VITRINE_CHECK(product.ok(), "a composite is built after its shapes were checked");
    const ValueId left = b.reshape(in[0], asMatrices(b.shape(in[0]), true));
    const ValueId right = b.reshape(in[1], asMatrices(b.shape(in[1]), false));
    const ValueId y =
        b.emit("batched_matmul", {b.expand(left, product->a), b.expand(right, product->b)});
    return {b.reshape(y, product->y)};
}

constexpr PortSpec inputs[] = {
    {.id = "a",
     .title = "First",
     .types = realOrWholeTypes,
     .pattern = "[…]",
     .help = "Matrices [..., M, K], or a vector [K]."},
    {.id = "b",
     .title = "Second",
     .types = realOrWholeTypes,
     .pattern = "[…]",
     .help = "Matrices [..., K, N], or a vector [K]; batches repeat as in arithmetic."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = realOrWholeTypes,
                                 .pattern = "[…]",
                                 .help = "Their products [..., M, N]."}};

constexpr OpSample samples[] = {
    {"", "3x4 4x5"}, {"", "2x3x4 4x5"}, {"", "3x4 2x1x4x5"}, {"", "2x1x3x4 3x4x2"},
    {"", "4 4x5"},   {"", "2x3x4 4"},   {"", "4 4"},         {"", "2x3x4:i64<90 4x5:i64<90"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "3x4 5x6", "b [5, 6] needs 4 rows, as many as a [3, 4] has columns"},
    {"", "2x3x4 3x4x5", "the batches of a [2, 3, 4] and b [3, 4, 5] do not fit together"},
    {"", "scalar 4x5", "a number has no rows and columns"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "matmul",
    .title = "Matrix product",
    .category = "math",
    .summary = "Products of matrices, vectors and batches of matrices.",
    .formula = "y[…,m,n] = Σ_k a[…,m,k] · b[…,k,n]; sums of whole numbers wrap",
    .searchWords = "dot gemm product",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::matmul
