// SPDX-License-Identifier: Apache-2.0
// AffineGrid: where each place of a grid lies once a matrix has moved it.
#include <fmt/format.h>
#include <algorithm>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"
#include "core/tensor/element.h"

namespace vitrine::onnx::rules::affine_grid {

namespace {

/// Places of one axis from −1 to 1: centres of the first and the last cell, or their outer edges.
double placeOf(int64_t k, int64_t extent, bool isByCentres) {
    const auto at = static_cast<double>(k), count = static_cast<double>(extent);
    if (!isByCentres) return (2 * at + 1) / count - 1;
    return extent == 1 ? 0 : 2 * at / (count - 1) - 1;
}

/// A row for each cell: its places, the last axis first, and a one.
Value cells(Context& c, const std::vector<int64_t>& extents, bool isByCentres, DType type) {
    int64_t count = 1;
    for (int64_t extent : extents) count *= extent;
    const auto axes = std::ssize(extents);
    std::vector<std::byte> bytes(static_cast<size_t>(count * (axes + 1) * sizeOf(type)));
    for (int64_t cell = 0; cell < count; ++cell) {
        int64_t rest = cell;
        for (int64_t k = 0; k < axes; ++k) {
            const int64_t extent = extents[static_cast<size_t>(axes - 1 - k)];
            writeElement(bytes.data(), type, cell * (axes + 1) + k,
                         placeOf(rest % extent, extent, isByCentres));
            rest /= extent;
        }
        writeElement(bytes.data(), type, cell * (axes + 1) + axes, 1);
    }
    return c.fixed(TensorData::of(type, Shape{count, axes + 1}, std::move(bytes)));
}

void read(Context& c) {
    const std::vector<int64_t> size = c.integers(c.in(1), "size");
    const Shape theta = c.shape(0);
    const std::vector<int64_t> extents(size.begin() + std::min<int64_t>(2, std::ssize(size)),
                                       size.end());
    const auto axes = std::ssize(extents);
    if (theta != Shape{theta[0], axes, axes + 1} || axes < 2 || axes > 3)
        c.refuse(fmt::format("matrices {} do not fit {} axes", theta.text(), axes), "O17");
    const Value places = cells(c, extents, c.flag("align_corners", false), c.dtype(0));
    const Value moved = c.emit("matmul", {places, c.transpose(c.in(0), {0, 2, 1})});
    std::vector<int64_t> shape{theta[0]};
    shape.insert(shape.end(), extents.begin(), extents.end());
    shape.push_back(axes);
    c.give(0, c.reshape(moved, shape));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "AffineGrid", .since = 20, .read = read};

}  // namespace vitrine::onnx::rules::affine_grid
