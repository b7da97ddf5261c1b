// SPDX-License-Identifier: Apache-2.0
// Pieces of images brought to one size (He et al. 2017, Mask R-CNN).
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/grid_rules.h"
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/position_rules.h"

namespace vitrine::ops::roi_align {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto& size = attrs.list("size");
    const Shape& rois = in[1].shape;
    if (in[2].shape[0] != rois[0])
        return shapeError(
            fmt::format("images needs shape [{}], a number for each of rois {}, got "
                        "{}",
                        rois[0], rois.text(), in[2].shape.text()));
    return oneResult({rois[0], in[0].shape[1], size[0], size[1]}, in[0].dtype);
}

/// One axis of the pieces: where `size` · `ratio` samples of each lie, [R, size · ratio], and
/// whether they do in the image or next to it.
struct Samples {
    ValueId places, isThere;
};
Samples samplesOf(Builder& b, const Attrs& attrs, ValueId rois, int axis, int64_t extent) {
    const int64_t size = attrs.list("size")[static_cast<size_t>(axis)];
    const int64_t ratio = attrs.integer("sampling_ratio"), count = size * ratio;
    const bool isAligned = attrs.flag("aligned");
    const DType type = b.dtype(rois);
    const auto edge = [&](int column) {  // x1, y1, x2, y2
        const ValueId own = axis::piece(b, rois, 1, {.start = column});
        const ValueId pixels = b.scale(own, attrs.real("spatial_scale"));
        return isAligned ? pointwise::shifted(b, pixels, -0.5) : pixels;
    };
    const ValueId start = edge(1 - axis);
    ValueId length = b.sub(edge(3 - axis), start);
    if (!isAligned) length = b.emit("max", {length, b.constant({}, type, 1)});
    const ValueId numbers = axis::cast(b, axis::counted(b, count), type);
    const ValueId shares =
        b.scale(pointwise::shifted(b, numbers, 0.5), 1 / static_cast<double>(count));
    const ValueId places = b.add(start, b.mul(length, b.reshape(shares, {1, count})));
    const ValueId low = b.constant({}, type, -1),
                  high = b.constant({}, type, static_cast<double>(extent));
    const ValueId isThere = b.emit("logical_and", {b.emit("less_or_equal", {low, places}),
                                                   b.emit("less_or_equal", {places, high})});
    return {places, isThere};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int64_t count = b.shape(in[1])[0], ratio = attrs.integer("sampling_ratio");
    const auto& size = attrs.list("size");
    const int64_t rows = size[0] * ratio, columns = size[1] * ratio;
    const Samples down = samplesOf(b, attrs, in[1], 0, x[2]),
                  across = samplesOf(b, attrs, in[1], 1, x[3]);
    const auto spread = [&](ValueId own, bool isDown) {
        const Shape one = isDown ? Shape{count, rows, 1} : Shape{count, 1, columns};
        const ValueId all = b.expand(b.reshape(own, one), {count, rows, columns});
        return b.reshape(all, {count, rows * columns});
    };
    const bool takesLargest = attrs.text("mode") == "max";
    const grid::Sampling sampling{.outside = grid::Outside::Border, .takesLargest = takesLargest};
    const ValueId image = positions::checked(b, in[2], x[0]).index;
    const ValueId pixels = grid::sample(
        b, in[0], {spread(down.places, true), spread(across.places, false)}, sampling, image);
    const ValueId isThere =
        b.emit("logical_and", {spread(down.isThere, true), spread(across.isThere, false)});
    const ValueId samples =
        positions::orZero(b, b.reshape(isThere, {count, rows * columns, 1}), pixels);
    const ValueId cells = b.reshape(samples, {count, size[0], ratio, size[1], ratio, x[1]});
    const std::string_view reduction = takesLargest ? "reduce_max" : "reduce_mean";
    Attrs over = b.attrs(reduction);
    over.with("axes", std::vector<int64_t>{2, 4}).with("keep_axes", false);
    return {block::transpose(b, b.emit(reduction, over, {cells}), {0, 3, 1, 2})};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[N, C, H, W]", .help = "Images."},
    {.id = "rois",
     .title = "Pieces",
     .pattern = "[R, 4]",
     .help = "Left, upper, right and lower edge of each piece."},
    {.id = "images",
     .title = "Images",
     .types = indexTypes,
     .hasOwnType = true,
     .pattern = "[K]",
     .help = "Of which image each piece is."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[R, C, H', W']",
                                 .help = "The pieces, of one size."}};
constexpr std::string_view modes[] = {"mean", "max"};
constexpr FieldSpec fields[] = {
    {.id = "size",
     .title = "Size",
     .type = FieldType::IntTuple,
     .count = 2,
     .defaultNumber = 7,
     .minimum = 1,
     .maximum = 1024,
     .unit = "px",
     .help = "Height and width of the pieces.",
     .onNode = OnNode::Value},
    {.id = "sampling_ratio",
     .title = "Samples",
     .defaultNumber = 2,
     .minimum = 1,
     .maximum = 64,
     .help = "Places along each axis that a pixel of a piece is made of."},
    {.id = "spatial_scale",
     .title = "Scale",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .minimum = 1e-6,
     .maximum = 1e6,
     .help = "Pixels of the images for each unit of the edges."},
    {.id = "mode",
     .title = "Mode",
     .type = FieldType::Choice,
     .defaultText = "mean",
     .help = "The mean of the places, or the largest weighed pixel around them.",
     .choices = modes},
    {.id = "aligned",
     .title = "Aligned",
     .type = FieldType::Bool,
     .defaultNumber = 1,
     .help = "Whether edges are half a pixel in front of middles; otherwise they are middles, and "
             "pieces are one pixel or more."}};

constexpr OpSample samples[] = {{"size=2,3", "2x3x6x7 4x4 4:i64<2", 0, 5},
                                {"size=3 sampling_ratio=1 aligned=false", "1x2x5x5 2x4 2<1", 0, 4},
                                {"size=2 mode=max spatial_scale=0.5", "2x2x5x5 3x4 3:i64<2", 0, 9}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3x6x7 4x4 3:i64<2",
     "images needs shape [4], a number for each of rois [4, 4], got [3]"},
    {"", "2x3x6x7 4x5 4:i64<2", "rois needs shape [R, 4], got [4, 5]"},
    {"sampling_ratio=0", "2x3x6x7 4x4 4:i64<2", "field 'sampling_ratio' is '0', wanted"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "roi_align",
    .title = "Pieces of images",
    .category = "shape",
    .summary = "Pieces of images read between pixels and brought to one size.",
    .formula = "y[r, c, p, q] = the mean of x[image[r], c] at places inside cell (p, q) of piece r",
    .searchWords = "roi region interest crop detection",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::roi_align
