// SPDX-License-Identifier: Apache-2.0
// Depthwise separable convolution (Chollet 2017): each channel by itself, then 1 × 1 over all of
// them.
#include <fmt/format.h>

#include "core/opdef/registry.h"
#include "core/opdef/shape_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/conv_rules.h"

namespace vitrine::ops::separable_conv2d {

namespace {

enum Input { X, DepthWeight, PointWeight, Bias };

/// Fields of the first of the two.
Attrs depthwise(const Attrs& attrs, int64_t channels) {
    Attrs fields = window::withFields(Attrs(operatorNamed("conv2d").fields), attrs);
    return fields.with("out_channels", channels * attrs.integer("multiplier"))
        .with("groups", channels)
        .with("bias", false);
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t channels = in[X].shape[1], out = attrs.integer("out_channels");
    const int64_t middle = channels * attrs.integer("multiplier");
    VITRINE_TRY(conv::needFilters(middle));
    Result<std::vector<ParamSpec>> specs =
        conv::forwardParameters(depthwise(attrs, channels), in.first(2));
    if (!specs.ok()) return specs;
    specs->push_back({PointWeight, {out, middle, 1, 1}, chosenInit(attrs, middle, out)});
    if (attrs.flag("bias")) specs->push_back({Bias, {out}, {}});
    return specs;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(conv::needFilters(in[X].shape[1] * attrs.integer("multiplier")));
    const Attrs first = depthwise(attrs, in[X].shape[1]);
    const auto middle = conv::forwardShapes(first, in.first(2));
    if (!middle.ok()) return middle;
    Shape result = middle->front().shape;
    const int64_t out = attrs.integer("out_channels");
    if (in[PointWeight].shape != Shape{out, result[1], 1, 1})
        return shapeError(fmt::format("point_weight needs shape {}, got {}",
                                      Shape{out, result[1], 1, 1}.text(),
                                      in[PointWeight].shape.text()));
    result[1] = out;
    return oneResult(result, in[X].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId middle =
        b.emit("conv2d", depthwise(attrs, b.shape(in[X])[1]), {in[X], in[DepthWeight], noValue});
    return {block::conv2d(b, middle, in[PointWeight], in[Bias])};
}

constexpr PortSpec inputs[] = {
    window::imageInput(2),
    block::parameter("depth_weight", "Depthwise weight", "[M, 1, R, S]",
                     "Filters of each channel by itself."),
    block::parameter("point_weight", "Pointwise weight", "[K, M, 1, 1]",
                     "What each output channel takes of the filtered channels."),
    bias::input("[K]")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = window::filtersPattern(2),
                                 .help = "One channel for each row of the pointwise weight."}};
constexpr FieldSpec fields[] = {conv::outChannelsField,
                                {.id = "multiplier",
                                 .title = "Multiplier",
                                 .defaultNumber = 1,
                                 .minimum = 1,
                                 .maximum = 1024,
                                 .help = "Depthwise filters for each channel.",
                                 .onNode = OnNode::Named},
                                window::kernelField(2, 3),
                                window::strideField(2, 1),
                                window::paddingField(2),
                                window::dilationField(2),
                                bias::field,
                                initField,
                                window::autoPaddingField,
                                conv::paddingModeField};

constexpr OpSample samples[] = {
    {"out_channels=4", "2x3x4x4"},
    {"out_channels=2 multiplier=2 kernel=3,2 stride=2,1 padding=1,0", "2x2x5x4"},
    {"out_channels=3 kernel=3 stride=2 auto_padding=same_upper bias=false", "1x2x4x5"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4", "kernel 5x5 is larger than the padded input 4x4"},
    {"multiplier=1024", "1x100x4x4", "102400 filters are too many, at most 65536 are possible"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "separable_conv2d",
    .title = "Separable convolution 2D",
    .category = "convolution",
    .summary = "Slides trained filters over each channel by itself, then mixes the channels.",
    .formula = "y = bias + point_weight ∗ (depth_weight ∗ x), the inner one channel by channel",
    .searchWords = "conv depthwise pointwise mobile xception",
    .shortName = "conv",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::separable_conv2d
