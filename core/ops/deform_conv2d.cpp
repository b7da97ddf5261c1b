// SPDX-License-Identifier: Apache-2.0
// Convolution whose taps move to places of their own (Dai et al. 2017; with weights of taps Zhu et
// al. 2019).
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/grid_rules.h"
#include "core/ops/families/pointwise_rules.h"
#include "core/ops/families/window_rules.h"

namespace vitrine::ops::deform_conv2d {

namespace {

enum Port : size_t { X, W, Offset, Bias, Mask };

Result<kernels::Window> windowOf(const Attrs& attrs, const Shape& x, const Shape& weight) {
    return window::over(attrs, x, window::spatialOf(weight));
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape &x = in[X].shape, &w = in[W].shape;
    const int64_t groups = attrs.integer("groups"), parts = attrs.integer("offset_groups");
    if (w[1] * groups != x[1] || w[0] % groups != 0)
        return shapeError(
            fmt::format("weight {} does not fit x {} in {} groups", w.text(), x.text(), groups));
    if (x[1] % parts != 0)
        return shapeError(
            fmt::format("{} channels of x do not divide into {} offset_groups", x[1], parts));
    const auto window = windowOf(attrs, x, w);
    if (!window) return window.error();
    const Shape result = window::resultShape(*window, 2, x[0], w[0]);
    const auto needs = [&](size_t port, std::string_view name, int64_t channels) -> Result<void> {
        const Shape wanted{x[0], channels, result[2], result[3]};
        if (!in[port].isThere || in[port].shape == wanted) return {};
        return shapeError(
            fmt::format("{} needs shape {}, got {}", name, wanted.text(), in[port].shape.text()));
    };
    VITRINE_TRY(needs(Offset, "offset", 2 * parts * w[2] * w[3]));
    VITRINE_TRY(needs(Mask, "mask", parts * w[2] * w[3]));
    return oneResult(result, in[X].dtype);
}

class Convolution {
  public:
    Convolution(Builder& b, const Attrs& attrs, std::span<const ValueId> in)
        : m_b(b),
          m_attrs(attrs),
          m_in(in),
          m_x(b.shape(in[X])),
          m_w(b.shape(in[W])),
          m_window(*windowOf(attrs, m_x, m_w)),
          m_places(m_window.rows.out * m_window.columns.out),
          m_taps(m_w[2] * m_w[3]) {}

    ValueId result() {
        std::vector<ValueId> parts, groups;
        for (int64_t part = 0; part < m_attrs.integer("offset_groups"); ++part)
            parts.push_back(tapsOf(part));
        const ValueId taps = block::concat(m_b, parts, 3);  // [N, K, P, C]
        const ValueId columns = block::transpose(m_b, taps, {0, 2, 3, 1});
        const int64_t count = m_attrs.integer("groups"), out = m_w[0] / count;
        for (int64_t g = 0; g < count; ++g) {
            const ValueId own = block::slice(m_b, columns, 2, g * m_w[1], m_w[1]);
            const ValueId weight =
                m_b.reshape(block::slice(m_b, m_in[W], 0, g * out, out), {out, m_w[1] * m_taps});
            const ValueId bias =
                m_in[Bias] == noValue ? noValue : block::slice(m_b, m_in[Bias], 0, g * out, out);
            groups.push_back(block::linear(
                m_b, m_b.reshape(own, {m_x[0], m_places, m_w[1] * m_taps}), weight, bias));
        }
        const ValueId y = block::transpose(m_b, block::concat(m_b, groups, 2), {0, 2, 1});
        return m_b.reshape(y, window::resultShape(m_window, 2, m_x[0], m_w[0]));
    }

  private:
    /// Where taps lie on one axis without offsets: [1, taps · places].
    ValueId still(bool isDown) {
        const kernels::WindowAxis& axis = isDown ? m_window.rows : m_window.columns;
        const DType type = m_b.dtype(m_in[X]);
        const auto steps = [&](int64_t count, int64_t step, int64_t start) {
            const ValueId numbers = m_b.scale(axis::counted(m_b, count), static_cast<double>(step));
            return pointwise::shifted(m_b, numbers, static_cast<double>(start));
        };
        const int64_t rows = m_window.rows.out, columns = m_window.columns.out;
        const ValueId taps = steps(axis.kernel, axis.dilation, -axis.before);
        const ValueId places = steps(axis.out, axis.stride, 0);
        const Shape tapShape = isDown ? Shape{axis.kernel, 1, 1, 1} : Shape{1, axis.kernel, 1, 1};
        const Shape placeShape = isDown ? Shape{1, 1, rows, 1} : Shape{1, 1, 1, columns};
        const ValueId all = m_b.add(m_b.reshape(taps, tapShape), m_b.reshape(places, placeShape));
        const ValueId whole = m_b.expand(all, {m_w[2], m_w[3], rows, columns});
        return axis::cast(m_b, m_b.reshape(whole, {1, m_taps * m_places}), type);
    }

    /// The channels of one group of offsets at all taps: [N, K, P, C / groups].
    ValueId tapsOf(int64_t part) {
        const int64_t channels = m_x[1] / m_attrs.integer("offset_groups");
        const ValueId offsets =
            m_b.reshape(block::slice(m_b, m_in[Offset], 1, 2 * part * m_taps, 2 * m_taps),
                        {m_x[0], m_taps, 2, m_places});
        const auto placesOn = [&](int axis) {
            const ValueId own =
                m_b.reshape(block::slice(m_b, offsets, 2, axis, 1), {m_x[0], m_taps * m_places});
            return m_b.add(own, still(axis == 0));
        };
        const ValueId images = block::slice(m_b, m_in[X], 1, part * channels, channels);
        ValueId taps = grid::sample(m_b, images, {placesOn(0), placesOn(1)}, {});
        if (m_in[Mask] != noValue) {
            const ValueId own = block::slice(m_b, m_in[Mask], 1, part * m_taps, m_taps);
            taps = m_b.mul(taps, m_b.reshape(own, {m_x[0], m_taps * m_places, 1}));
        }
        return m_b.reshape(taps, {m_x[0], m_taps, m_places, channels});
    }

    Builder& m_b;
    const Attrs& m_attrs;
    std::span<const ValueId> m_in;
    Shape m_x, m_w;
    kernels::Window m_window;
    int64_t m_places, m_taps;
};

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {Convolution(b, attrs, in).result()};
}

constexpr PortSpec inputs[] = {
    window::imageInput(2),
    {.id = "weight", .title = "Weight", .pattern = "[K, D, R, S]", .help = "The filters."},
    {.id = "offset",
     .title = "Offsets",
     .pattern = "[N, …]",
     .help = "How far each tap moves, down and to the right, at each place of the window."},
    {.id = "bias",
     .title = "Bias",
     .pattern = "[K]",
     .help = "A number that is added to each channel; zeros without it.",
     .optional = true},
    {.id = "mask",
     .title = "Mask",
     .pattern = "[N, …]",
     .help = "How much each tap counts at each place; 1 without it.",
     .optional = true}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = window::filtersPattern(2),
                                 .help = "One channel for each filter."}};
constexpr FieldSpec fields[] = {window::strideField(2, 1),
                                window::paddingField(2),
                                window::dilationField(2),
                                {.id = "groups",
                                 .title = "Groups",
                                 .defaultNumber = 1,
                                 .minimum = 1,
                                 .maximum = 65536,
                                 .help = "Parts of the channels that have filters of their own."},
                                {.id = "offset_groups",
                                 .title = "Groups of offsets",
                                 .defaultNumber = 1,
                                 .minimum = 1,
                                 .maximum = 65536,
                                 .help = "Parts of the channels that have offsets of their own."}};

constexpr OpSample samples[] = {
    {"", "1x2x4x4 3x2x2x2 1x8x3x3 3 -"},
    {"stride=2 padding=1 offset_groups=2", "2x4x4x5 2x4x3x2 2x24x2x3 - 2x12x2x3"},
    {"groups=2 dilation=2 padding=1,0,0,1", "1x4x5x5 4x2x2x2 1x8x4x4 4 1x4x4x4"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "1x2x4x4 3x2x2x2 1x6x3x3 - -", "offset needs shape [1, 8, 3, 3], got [1, 6, 3, 3]"},
    {"groups=2", "1x2x4x4 3x2x2x2 1x8x3x3 - -", "does not fit x [1, 2, 4, 4] in 2 groups"},
    {"offset_groups=3", "1x2x4x4 3x2x2x2 1x8x3x3 - -",
     "2 channels of x do not divide into 3 offset_groups"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "deform_conv2d",
    .title = "Deformable convolution 2D",
    .category = "convolution",
    .summary = "A convolution whose taps move to places that come over an edge, between pixels.",
    .formula =
        "y[n,k,p] = bias[k] + Σ_{c,v} weight[k,c,v] · mask[n,v,p] · x[n, c, p·stride + "
        "v·dilation − pad + offset[n,v,p]]",
    .searchWords = "dcn deformable warp",
    .shortName = "deform",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::deform_conv2d
