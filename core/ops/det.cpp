// SPDX-License-Identifier: Apache-2.0
// Determinants of small matrices, by expanding them along their rows: products and sums alone, so
// that singular matrices have right gradients.
#include <bit>

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::det {

namespace {

constexpr int64_t mostRows = 6;

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    const int rank = x.rank();
    if (rank < 2 || x[rank - 1] != x[rank - 2])
        return shapeError(fmt::format("x needs square matrices, got {}", x.text()));
    if (x[rank - 1] > mostRows)
        return shapeError(fmt::format("x has matrices of {} rows, at most {} are possible",
                                      x[rank - 1], mostRows));
    return oneResult(Shape(x.dims().first(static_cast<size_t>(rank - 2))), in[0].dtype);
}

// minors[S]: the determinant of the first |S| rows and the columns S. Its last row makes
// Σ ± x[|S| − 1, j] · minors[S without j], negative where an odd number of columns of S follow j.
std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int64_t rows = x[x.rank() - 1], count = x.elements() / (rows * rows);
    const ValueId flat = b.reshape(in[0], {count, rows * rows});
    const auto element = [&](int row, int column) {
        return axis::piece(b, flat, 1, {.start = row * rows + column});
    };
    std::vector<ValueId> minors(size_t{1} << rows, noValue);
    for (unsigned columns = 1; columns < minors.size(); ++columns) {
        const int row = std::popcount(columns) - 1;
        ValueId sum = noValue;
        for (int j = 0; j < rows; ++j) {
            if ((columns >> j & 1) == 0) continue;
            const unsigned rest = columns & ~(1u << j);
            const bool isNegative = std::popcount(columns >> (j + 1)) % 2 == 1;
            ValueId term = element(row, j);
            if (rest != 0) term = b.mul(term, minors[rest]);
            sum = sum == noValue ? (isNegative ? b.emit("neg", {term}) : term)
                  : isNegative   ? b.sub(sum, term)
                                 : b.add(sum, term);
        }
        minors[columns] = sum;
    }
    return {b.reshape(minors.back(), Shape(x.dims().first(static_cast<size_t>(x.rank() - 2))))};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[…]", .help = "Square matrices, up to 6 rows."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[…]", .help = "A number for each matrix."}};

constexpr OpSample samples[] = {{"", "3x3"}, {"", "2x2x2"}, {"", "2x1x4x4"}, {"", "1x1"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3", "x needs square matrices, got [2, 3]"},
    {"", "7x7", "x has matrices of 7 rows, at most 6 are possible"},
    {"", "4", "x needs square matrices, got [4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "det",
    .title = "Determinant",
    .category = "math",
    .summary = "Determinants of square matrices of up to 6 rows.",
    .formula = "y = Σ ± x[0, s(0)] · x[1, s(1)] · … over all orders s of the columns",
    .searchWords = "determinant matrix volume",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::det
