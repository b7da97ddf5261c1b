// SPDX-License-Identifier: Apache-2.0
// Three-dimensional convolution (cross-correlation, as the field says it). Slices of a volume are
// images; those that a filter sees one behind the other become channels of one image, so that the
// kernels of images do the work, Winograd's among them.
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/conv_rules.h"

namespace vitrine::ops::conv3d {

namespace {

/// Axes in the order of `permutation`.
ValueId ordered(Builder& b, ValueId x, std::vector<int64_t> permutation) {
    return b.emit("transpose", b.attrs("transpose").with("permutation", std::move(permutation)),
                  {x});
}

/// x [N, C, D, H, W] → [D' · N, T · C, H, W]: for each place of the filters, the slices that their
/// T taps meet; within a group of channels, tap by tap.
ValueId slicesAsChannels(Builder& b, ValueId x, const kernels::WindowAxis& depth, int64_t groups) {
    const Shape s = b.shape(x);
    const ValueId slices =
        axis::padded(b, ordered(b, x, {2, 0, 1, 3, 4}), 0, depth.before, depth.after);
    std::vector<ValueId> taps;
    for (int64_t tap = 0; tap < depth.kernel; ++tap) {
        const axis::Piece places{tap * depth.dilation, depth.out, depth.stride};
        const ValueId met = axis::piece(b, slices, 0, places);
        const int64_t images = depth.out * s[0], channels = s[1] / groups;
        taps.push_back(groups == 1 ? b.reshape(met, {images, s[1], s[3], s[4]})
                                   : b.reshape(met, {images, groups, channels, s[3], s[4]}));
    }
    const ValueId joined = axis::joined(b, groups == 1 ? 1 : 2, taps);
    return b.reshape(joined, {depth.out * s[0], depth.kernel * s[1], s[3], s[4]});
}

/// w [K, C, T, R, S] → [K, T · C, R, S].
ValueId tapsAsChannels(Builder& b, ValueId weight) {
    const Shape s = b.shape(weight);
    return b.reshape(ordered(b, weight, {0, 2, 1, 3, 4}), {s[0], s[2] * s[1], s[3], s[4]});
}

Attrs imageFields(Builder& b, const Attrs& attrs, const kernels::Window& window,
                  const Shape& weight) {
    const kernels::WindowAxis &rows = window.rows, &columns = window.columns;
    Attrs fields = b.attrs("conv2d");
    fields.with("out_channels", weight[0])
        .with("kernel", std::vector{rows.kernel, columns.kernel})
        .with("stride", std::vector{rows.stride, columns.stride})
        .with("padding", std::vector{rows.before, columns.before, rows.after, columns.after})
        .with("dilation", std::vector{rows.dilation, columns.dilation})
        .with("groups", attrs.integer("groups"))
        .with("bias", attrs.flag("bias"));
    return fields;
}

std::vector<ValueId> build(Builder& b, const Attrs& given, std::span<const ValueId> in) {
    Attrs attrs = given;
    std::vector<ValueId> operands(in.begin(), in.end());
    conv::forwardPrepare(b, attrs, operands);
    const Shape x = b.shape(operands[0]), weight = b.shape(operands[1]);
    const Result<kernels::Window> window = window::over(attrs, x, window::spatialOf(weight));
    VITRINE_CHECK(window.ok(), "a composite is built after its shapes were checked");
    operands[0] = slicesAsChannels(b, operands[0], window->depth, attrs.integer("groups"));
    operands[1] = tapsAsChannels(b, operands[1]);
    const ValueId images =
        b.emitAll("conv2d", imageFields(b, attrs, *window, weight), operands).front();
    const Shape y = b.shape(images);
    const ValueId volumes = b.reshape(images, {window->depth.out, x[0], y[1], y[2], y[3]});
    return {ordered(b, volumes, {1, 2, 0, 3, 4})};
}

constexpr auto inputs = conv::forwardInputs(3);
constexpr auto outputs = conv::forwardOutputs(3);
constexpr auto fields = conv::forwardFields(3);

constexpr OpSample samples[] = {
    {"out_channels=4", "2x3x3x4x5"},
    {"out_channels=3 kernel=2,3,1 stride=2,1,2 padding=1,1,0", "2x2x4x3x5"},
    {"out_channels=4 kernel=2 padding=0,0,0,2,1,1 dilation=2,1,2 groups=2", "1x4x4x3x4"},
    {"out_channels=3 kernel=1 bias=false", "17x2x2x1x3"},
    {"out_channels=2 kernel=2,3,1 stride=2 auto_padding=same_upper", "1x2x3x4x2"},
    {"out_channels=1 kernel=2,3,1 padding=0,1,0 padding_mode=reflect", "1x2x2x3x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5,1,1", "1x3x4x4x4", "kernel 5x1x1 is larger than the padded input 4x4x4"},
    {"", "1x3x5x5", "x needs shape [N, C, D, H, W], got [1, 3, 5, 5]"},
    {"stride=1,2", "1x3x5x5x5", "field 'stride' is '1,2', wanted three whole numbers"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "conv3d",
    .title = "Convolution 3D",
    .category = "convolution",
    .summary = "Slides trained filters over the depth, height and width of volumes.",
    .formula =
        "y[n,k,o,p,q] = b[k] + Σ_{c,t,r,s} x[n, c, o·stride + t·dilation − pad, …] · w[k,c,t,r,s]",
    .searchWords = "conv convolution volume video",
    .shortName = "conv",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = conv::forwardShapes,
    .parameters = conv::forwardParameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::conv3d
