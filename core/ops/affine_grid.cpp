// SPDX-License-Identifier: Apache-2.0
// The places of an image's pixels behind an affine map, for grid_sample.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::affine_grid {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const std::vector<int64_t>& size = attrs.list("size");
    const Shape& theta = in[0].shape;
    const auto axes = std::ssize(size);
    if (axes < 2 || axes > 3)
        return shapeError(fmt::format("size has {} extents, wanted 2 or 3", axes));
    if (theta[1] != axes || theta[2] != axes + 1)
        return shapeError(
            fmt::format("theta needs shape [N, {}, {}], got {}", axes, axes + 1, theta.text()));
    Shape result{theta[0]};
    for (int64_t extent : size) result.push(extent);
    result.push(axes);
    return oneResult(result, in[0].dtype);
}

/// −1 to 1 in the middles of so many pixels, or of the outer ones.
ValueId middles(Builder& b, int64_t count, bool alignCorners) {
    const ValueId numbers = axis::counted(b, count);
    const auto pixels = static_cast<double>(count);
    if (!alignCorners) return pointwise::shifted(b, b.scale(numbers, 2 / pixels), 1 / pixels - 1);
    return pointwise::shifted(b, b.scale(numbers, count > 1 ? 2 / (pixels - 1) : 0), -1);
}

// Rows [places, axes + 1] of x, y, (z,) 1, times the maps.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const std::vector<int64_t>& size = attrs.list("size");
    const auto axes = static_cast<int>(size.size());
    const Shape whole(size);
    const int64_t count = b.shape(in[0])[0], places = whole.elements();
    std::vector<ValueId> columns;
    for (int k = axes; k-- > 0;) {
        const ValueId own = middles(b, whole[k], attrs.flag("align_corners"));
        Shape alongAxis;
        for (int i = 0; i < axes; ++i) alongAxis.push(i == k ? whole[k] : 1);
        columns.push_back(b.reshape(b.expand(b.reshape(own, alongAxis), whole), {places, 1}));
    }
    columns.push_back(b.constant({places, 1}, DType::F64, 1));
    const ValueId rows = axis::cast(b, axis::joined(b, 1, columns), b.dtype(in[0]));
    const ValueId grid = b.emit("matmul", {rows, block::transpose(b, in[0], {0, 2, 1})});
    Shape result{count};
    for (int64_t extent : size) result.push(extent);
    result.push(axes);
    return {b.reshape(grid, result)};
}

constexpr PortSpec inputs[] = {
    {.id = "theta",
     .title = "Maps",
     .pattern = "[N, A, B]",
     .help = "For each image a matrix [2, 3], or [3, 4], from places of the result to those of the "
             "image."}};
constexpr PortSpec outputs[] = {
    {.id = "y",
     .title = "Grid",
     .pattern = "[N, …]",
     .help = "Places [N, H, W, 2], or [N, D, H, W, 3], −1 to 1 on each axis."}};
constexpr FieldSpec fields[] = {{.id = "size",
                                 .title = "Size",
                                 .type = FieldType::IntList,
                                 .defaultText = "8,8",
                                 .minimum = 1,
                                 .maximum = 1 << 20,
                                 .unit = "px",
                                 .help = "Height and width of the grid, or depth, height and "
                                         "width.",
                                 .onNode = OnNode::Value},
                                {.id = "align_corners",
                                 .title = "Align corners",
                                 .type = FieldType::Bool,
                                 .help = "Whether −1 and 1 are the middles of the outer pixels; "
                                         "otherwise they are the edges."}};

constexpr OpSample samples[] = {
    {"size=3,4", "2x2x3"}, {"size=4,1 align_corners=true", "1x2x3"}, {"size=2,3,2", "2x3x4"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3x3", "theta needs shape [N, 2, 3], got [2, 3, 3]"},
    {"size=4", "2x2x3", "size has 1 extents, wanted 2 or 3"},
    {"", "2x3", "theta needs shape [N, A, B], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "affine_grid",
    .title = "Affine grid",
    .category = "shape",
    .summary = "The places of an image's pixels behind an affine map, for grid_sample.",
    .formula = "y[n, p, q] = theta[n] · (u, v, 1), (u, v) = the middle of pixel (p, q)",
    .searchWords = "spatial transformer rotate warp",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::affine_grid
