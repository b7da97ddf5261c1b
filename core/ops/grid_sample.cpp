// SPDX-License-Identifier: Apache-2.0
// Images read at the places of a grid (Jaderberg et al. 2015, spatial transformers).
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/grid_rules.h"
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::grid_sample {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    const Shape &x = in[0].shape, &grid = in[1].shape;
    if (x.rank() < 4 || x.rank() > 5)
        return shapeError(
            fmt::format("x needs shape [N, C, H, W] or [N, C, D, H, W], got {}", x.text()));
    const int axes = x.rank() - 2;
    if (grid.rank() != x.rank() || grid[0] != x[0] || grid[axes + 1] != axes)
        return shapeError(fmt::format("grid needs {} axes, {} first and {} last, got {}", x.rank(),
                                      x[0], axes, grid.text()));
    Shape result{x[0], x[1]};
    for (int i = 0; i < axes; ++i) result.push(grid[i + 1]);
    return oneResult(result, in[0].dtype);
}

grid::Sampling samplingOf(const Attrs& attrs) {
    const std::string &mode = attrs.text("mode"), &padding = attrs.text("padding");
    return {.between = mode == "nearest"  ? grid::Between::Nearest
                       : mode == "linear" ? grid::Between::Linear
                                          : grid::Between::Cubic,
            .outside = padding == "zeros"    ? grid::Outside::Zeros
                       : padding == "border" ? grid::Outside::Border
                                             : grid::Outside::Reflection,
            .alignCorners = attrs.flag("align_corners")};
}

/// From −1 … 1 to pixels: their middles, or the edges of the outer ones.
ValueId inPixels(Builder& b, ValueId g, int64_t extent, bool alignCorners) {
    const auto pixels = static_cast<double>(extent);
    const double span = alignCorners ? pixels - 1 : pixels;
    return pointwise::shifted(b, b.scale(g, span / 2), (pixels - 1) / 2);
}

// The last axis of the grid names the axes of the image from the innermost one on.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]), grid = b.shape(in[1]);
    const int axes = x.rank() - 2;
    const int64_t places = grid.elements() / grid[0] / axes;
    const grid::Sampling sampling = samplingOf(attrs);
    std::vector<ValueId> on;
    for (int k = 0; k < axes; ++k) {
        const ValueId own = axis::piece(b, in[1], axes + 1, {.start = axes - 1 - k});
        on.push_back(inPixels(b, b.reshape(own, {x[0], places}), x[k + 2], sampling.alignCorners));
    }
    const ValueId y = grid::sample(b, in[0], on, sampling);
    Shape spread{x[0]};
    for (int k = 0; k < axes; ++k) spread.push(grid[k + 1]);
    spread.push(x[1]);
    std::vector<int64_t> order{0, axes + 1};
    for (int k = 0; k < axes; ++k) order.push_back(k + 1);
    return {b.emit("transpose", b.attrs("transpose").with("permutation", order),
                   {b.reshape(y, spread)})};
}

constexpr PortSpec inputs[] = {
    {.id = "x",
     .title = "Input",
     .pattern = "[N, C, …]",
     .help = "Images [N, C, H, W], or [N, C, D, H, W]."},
    {.id = "grid",
     .title = "Grid",
     .pattern = "[N, …]",
     .help = "Places [N, H', W', 2] or [N, D', H', W', 3]: −1 to 1 on each axis, the innermost "
             "axis first."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[N, C, …]", .help = "The image at these places."}};
constexpr std::string_view modes[] = {"linear", "nearest", "cubic"};
constexpr std::string_view paddings[] = {"zeros", "border", "reflection"};
constexpr FieldSpec fields[] = {
    {.id = "mode",
     .title = "Mode",
     .type = FieldType::Choice,
     .defaultText = "linear",
     .help = "What a place between pixels is made of: the pixels around, weighed linearly; the "
             "nearest one, even ones in the middle; or four on each axis, weighed by a cubic.",
     .choices = modes,
     .onNode = OnNode::Value},
    {.id = "padding",
     .title = "Padding",
     .type = FieldType::Choice,
     .defaultText = "zeros",
     .help = "What lies outside: zeros, the nearest pixel of the border, or the image mirrored.",
     .choices = paddings},
    {.id = "align_corners",
     .title = "Align corners",
     .type = FieldType::Bool,
     .help = "Whether −1 and 1 are the middles of the outer pixels; otherwise they are the "
             "edges."}};

constexpr OpSample samples[] = {
    {"", "2x3x4x5 2x3x2x2"},
    {"align_corners=true padding=border", "1x2x5x4 1x2x3x2", -1.4, 1.4},
    {"padding=reflection", "1x2x5x4 1x2x3x2", -1.7, 1.7},
    {"mode=nearest", "1x2x4x4 1x3x3x2", -1.2, 1.2},
    {"mode=cubic", "1x2x5x4 1x2x3x2", -1.1, 1.1},
    {"mode=cubic padding=reflection align_corners=true", "1x1x4x5 1x2x2x2", -1.3, 1.3},
    {"align_corners=true", "1x2x3x2x4 1x2x1x3x3", -1.1, 1.1},
    {"mode=nearest padding=border", "1x2x3x2x4 1x2x1x3x3", -1.3, 1.3},
    {"mode=cubic padding=border", "1x1x3x2x4 1x1x1x2x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "1x2x4 1x3x1", "x needs shape [N, C, H, W] or [N, C, D, H, W], got [1, 2, 4]"},
    {"", "1x2x4x4 1x3x3x3", "grid needs 4 axes, 1 first and 2 last, got [1, 3, 3, 3]"},
    {"mode=square", "1x2x4x4 1x3x3x2", "field 'mode' is 'square', wanted one of linear"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "grid_sample",
    .title = "Grid sample",
    .category = "shape",
    .summary = "An image read at the places of a grid, between its pixels.",
    .formula = "y[n,c,p,q] = Σ x[n,c,i,j] k(u − i) k(v − j), (v, u) = grid[n,p,q] in pixels",
    .searchWords = "warp spatial transformer deform interpolate flow",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::grid_sample
