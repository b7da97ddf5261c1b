// SPDX-License-Identifier: Apache-2.0
// Pieces of images brought to one size (He et al. 2017, Mask R-CNN).
#include <limits>

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

/// One axis of the pieces, each cut into `size` cells of `most` samples, of which `count` are
/// taken.
struct Samples {
    int64_t most = 1;
    ValueId places = noValue;   ///< [R, size · most], in pixels
    ValueId isThere = noValue;  ///< in the image or next to it
    ValueId isTaken = noValue;  ///< noValue: all are
    ValueId count = noValue;    ///< [R, 1]; noValue: `most`
};

class Axis {
  public:
    /// Of the image's axis 0 or 1 behind the channels, which has `extent` pixels.
    Axis(Builder& b, const Attrs& attrs, ValueId rois, int axis, int64_t extent)
        : m_b(b),
          m_attrs(attrs),
          m_rois(rois),
          m_type(b.dtype(rois)),
          m_extent(extent),
          m_size(attrs.list("size")[static_cast<size_t>(axis)]) {
        m_start = edge(1 - axis);
        m_length = b.sub(edge(3 - axis), m_start);
        if (!attrs.flag("aligned")) m_length = b.emit("max", {m_length, number(1)});
    }

    Samples samples() {
        Samples all{.most = m_attrs.integer("sampling_ratio")};
        if (all.most == 0) {
            // Pieces may be somewhat larger than the image; of more, cells have fewer samples.
            all.most = (m_extent + m_size - 1) / m_size + 1;
            all.count = asManyAsPixels(all.most);
        }
        const ValueId inCell = repeated(all.most, m_size, false);
        const ValueId perCell = all.count != noValue ? all.count : number(all.most);
        const ValueId shares = m_b.emit("div", {pointwise::shifted(m_b, inCell, 0.5), perCell});
        const ValueId cells = m_b.add(repeated(m_size, all.most, true), shares);
        const ValueId cell = m_b.scale(m_length, 1 / static_cast<double>(m_size));
        all.places = m_b.add(m_start, m_b.mul(cells, cell));
        all.isThere =
            m_b.emit("logical_and", {m_b.emit("less_or_equal", {number(-1), all.places}),
                                     m_b.emit("less_or_equal", {all.places, number(m_extent)})});
        if (all.count != noValue) all.isTaken = m_b.emit("less", {inCell, all.count});
        return all;
    }

  private:
    ValueId number(int64_t value) { return m_b.constant({}, m_type, static_cast<double>(value)); }
    /// A column of x1, y1, x2, y2, in pixels.
    ValueId edge(int column) {
        const ValueId own = axis::piece(m_b, m_rois, 1, {.start = column});
        const ValueId pixels = m_b.scale(own, m_attrs.real("spatial_scale"));
        return m_attrs.flag("aligned") ? pointwise::shifted(m_b, pixels, -0.5) : pixels;
    }
    /// One sample for each pixel of a cell, begun ones too.
    ValueId asManyAsPixels(int64_t most) {
        const ValueId pixels =
            m_b.emit("ceil", {m_b.scale(m_length, 1 / static_cast<double>(m_size))});
        Attrs bounds = m_b.attrs("clamp");
        bounds.with("low", 1.0).with("high", static_cast<double>(most));
        return m_b.emit("clamp", bounds, {pixels});
    }
    /// 0 to count − 1, each `times` times in a row, or all of them so often: [1, count · times].
    ValueId repeated(int64_t count, int64_t times, bool isInner) {
        const ValueId numbers = axis::cast(m_b, axis::counted(m_b, count), m_type);
        const Shape whole = isInner ? Shape{count, times} : Shape{times, count};
        const ValueId column = m_b.reshape(numbers, isInner ? Shape{count, 1} : Shape{1, count});
        return m_b.reshape(m_b.expand(column, whole), {1, count * times});
    }

    Builder& m_b;
    const Attrs& m_attrs;
    ValueId m_rois, m_start = noValue, m_length = noValue;
    DType m_type;
    int64_t m_extent, m_size;
};

class Pieces {
  public:
    Pieces(Builder& b, const Attrs& attrs, std::span<const ValueId> in)
        : m_b(b),
          m_x(b.shape(in[0])),
          m_size(attrs.list("size")),
          m_takesLargest(attrs.text("mode") == "max"),
          m_down(Axis(b, attrs, in[1], 0, m_x[2]).samples()),
          m_across(Axis(b, attrs, in[1], 1, m_x[3]).samples()),
          m_count(b.shape(in[1])[0]),
          m_rows(m_size[0] * m_down.most),
          m_columns(m_size[1] * m_across.most) {}

    ValueId of(ValueId x, ValueId images) {
        const grid::Sampling sampling{.outside = grid::Outside::Border,
                                      .takesLargest = m_takesLargest};
        const ValueId pixels =
            grid::sample(m_b, x, {spread(m_down.places, true), spread(m_across.places, false)},
                         sampling, positions::checked(m_b, images, m_x[0]).index);
        ValueId samples = positions::orZero(m_b, inBoth(m_down.isThere, m_across.isThere), pixels);
        if (m_down.isTaken != noValue) samples = taken(samples);
        const ValueId cells = m_b.reshape(
            samples, {m_count, m_size[0], m_down.most, m_size[1], m_across.most, m_x[1]});
        return block::transpose(m_b, together(cells), {0, 3, 1, 2});
    }

  private:
    /// What one axis has, for all samples [R, rows · columns].
    ValueId spread(ValueId own, bool isDown) {
        const Shape one = isDown ? Shape{m_count, m_rows, 1} : Shape{m_count, 1, m_columns};
        const Shape given = m_b.shape(own);
        own = m_b.expand(own, {m_count, given[given.rank() - 1]});
        return m_b.reshape(m_b.expand(m_b.reshape(own, one), {m_count, m_rows, m_columns}),
                           {m_count, m_rows * m_columns});
    }
    ValueId inBoth(ValueId down, ValueId across) {
        const ValueId both = m_b.emit("logical_and", {spread(down, true), spread(across, false)});
        return m_b.reshape(both, {m_count, m_rows * m_columns, 1});
    }
    /// Samples that are not taken neither add anything nor are the largest.
    ValueId taken(ValueId samples) {
        const double none = m_takesLargest ? -std::numeric_limits<double>::infinity() : 0;
        const ValueId isTaken = inBoth(m_down.isTaken, m_across.isTaken);
        return m_b.emit("where", {isTaken, samples, m_b.constant({}, m_b.dtype(samples), none)});
    }
    ValueId together(ValueId cells) {
        const std::string_view reduction = m_takesLargest            ? "reduce_max"
                                           : m_down.count == noValue ? "reduce_mean"
                                                                     : "reduce_sum";
        Attrs over = m_b.attrs(reduction);
        over.with("axes", std::vector<int64_t>{2, 4}).with("keep_axes", false);
        const ValueId y = m_b.emit(reduction, over, {cells});
        if (m_takesLargest || m_down.count == noValue) return y;
        const ValueId counts = m_b.mul(m_down.count, m_across.count);
        return m_b.emit("div", {y, m_b.reshape(counts, {m_count, 1, 1, 1})});
    }

    Builder& m_b;
    Shape m_x;
    std::vector<int64_t> m_size;
    bool m_takesLargest;
    Samples m_down, m_across;
    int64_t m_count, m_rows, m_columns;
};

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {Pieces(b, attrs, in).of(in[0], in[2])};
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
     .minimum = 0,
     .maximum = 64,
     .help = "Places along each axis that a pixel of a piece is made of; 0: as many as it has "
             "pixels of the image, in pieces up to somewhat larger than the image."},
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
                                {"size=2 mode=max spatial_scale=0.5", "2x2x5x5 3x4 3:i64<2", 0, 9},
                                {"size=2 sampling_ratio=0", "2x2x6x5 3x4 3:i64<2", 0, 6},
                                {"size=2 sampling_ratio=0 mode=max", "1x2x6x5 3x4 3<1", 0, 6}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x3x6x7 4x4 3:i64<2",
     "images needs shape [4], a number for each of rois [4, 4], got [3]"},
    {"", "2x3x6x7 4x5 4:i64<2", "rois needs shape [R, 4], got [4, 5]"},
    {"sampling_ratio=-1", "2x3x6x7 4x4 4:i64<2", "field 'sampling_ratio' is '-1', wanted"}};

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
