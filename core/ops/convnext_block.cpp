// SPDX-License-Identifier: Apache-2.0
// Block of ConvNeXt (Liu et al. 2022): a large depthwise filter, then two layers across channels.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/init_rules.h"
#include "core/ops/families/random_rules.h"

namespace vitrine::ops::convnext_block {

namespace {

enum Input {
    X,
    DepthWeight,
    DepthBias,
    NormScale,
    NormShift,
    WidenWeight,
    WidenBias,
    NarrowWeight,
    NarrowBias,
    LayerScale
};

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t channels = in[X].shape[1], kernel = attrs.integer("kernel"),
                  taps = kernel * kernel, wide = channels * attrs.integer("expansion");
    const Shape perChannel{channels};
    std::vector<ParamSpec> specs{
        {DepthWeight, {channels, 1, kernel, kernel}, chosenInit(attrs, taps, channels * taps)},
        {DepthBias, perChannel, {}},
        {NormScale, perChannel, {InitKind::Ones}},
        {NormShift, perChannel, {}},
        {WidenWeight, {wide, channels}, chosenInit(attrs, channels, wide)},
        {WidenBias, {wide}, {}},
        {NarrowWeight, {channels, wide}, chosenInit(attrs, wide, channels)},
        {NarrowBias, perChannel, {}}};
    if (attrs.flag("layer_scale")) specs.push_back({LayerScale, perChannel, {}});
    return specs;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t kernel = attrs.integer("kernel");
    if (kernel % 2 == 0)
        return shapeError(fmt::format("kernel {} has no middle: it must be odd", kernel));
    return std::vector{in[X]};
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape s = b.shape(in[X]);
    ValueId x = block::conv2d(b, in[X], in[DepthWeight], in[DepthBias],
                              {.padding = (attrs.integer("kernel") - 1) / 2, .groups = s[1]});
    x = block::transpose(b, x, {0, 2, 3, 1});
    x = block::layerNorm(b, x, in[NormScale], in[NormShift], attrs.real("epsilon"));
    // Pixels as rows all the way: what follows a layer can become a part of it.
    const Shape turned = b.shape(x);
    x = b.reshape(x, {turned.elements() / s[1], s[1]});
    x = b.emit("gelu", {block::linear(b, x, in[WidenWeight], in[WidenBias])});
    x = block::linear(b, x, in[NarrowWeight], in[NarrowBias]);
    if (attrs.flag("layer_scale")) x = b.mul(x, in[LayerScale]);
    x = block::transpose(b, b.reshape(x, turned), {0, 3, 1, 2});
    return {b.add(in[X], random::dropWholes(b, x, 1, attrs.real("drop_path")))};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[N, C, H, W]", .help = "Images."},
    block::parameter("depth_weight", "Depthwise weight", "[C, 1, R, R]",
                     "One filter for each channel."),
    block::parameter("depth_bias", "Depthwise bias", "[C]",
                     "Number added to each filtered channel; starts at zero."),
    block::parameter("scale", "Scale", "[C]",
                     "What the normalised channels are multiplied by; starts at one."),
    block::parameter("shift", "Shift", "[C]",
                     "What is added to the normalised channels; starts at zero."),
    block::parameter("widen_weight", "Widening weight", "[M, C]",
                     "One row of factors for each feature in the middle."),
    block::parameter("widen_bias", "Widening bias", "[M]",
                     "Number added to each feature in the middle; starts at zero."),
    block::parameter("narrow_weight", "Narrowing weight", "[C, M]",
                     "One row of factors for each channel of the result."),
    block::parameter("narrow_bias", "Narrowing bias", "[C]",
                     "Number added to each channel of the branch; starts at zero."),
    block::parameter("layer_scale", "Layer scale", "[C]",
                     "Factor of each channel of the branch; starts at zero, so that the block "
                     "starts as the identity.",
                     "layer_scale")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C, H, W]",
                                 .help = "Result, shaped like the input."}};
constexpr FieldSpec fields[] = {
    {.id = "kernel",
     .title = "Kernel",
     .defaultNumber = 7,
     .minimum = 1,
     .maximum = 63,
     .help = "Extent of the depthwise filters; odd.",
     .onNode = OnNode::Value},
    {.id = "expansion",
     .title = "Expansion",
     .defaultNumber = 4,
     .minimum = 1,
     .maximum = 64,
     .help = "Features in the middle for each channel.",
     .onNode = OnNode::Named},
    {.id = "layer_scale",
     .title = "Layer scale",
     .type = FieldType::Bool,
     .defaultNumber = 1,
     .help = "Whether each channel of the branch has a trained factor."},
    {.id = "drop_path",
     .title = "Drop path",
     .type = FieldType::Real,
     .minimum = 0,
     .maximum = 0.999,
     .help = "Share of the images that lose the branch in training."},
    block::epsilonField(1e-6),
    initField};

constexpr OpSample samples[] = {{"kernel=3 expansion=2", "2x3x3x2"},
                                {"kernel=5 expansion=1 layer_scale=false", "1x2x2x3"},
                                {"kernel=1 expansion=2 drop_path=0.5 epsilon=0.01", "3x2x2x1"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=4", "2x3x4x4", "kernel 4 has no middle: it must be odd"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "convnext_block",
    .title = "ConvNeXt block",
    .category = "convolution",
    .summary = "Filters each channel by itself with large windows, then mixes channels twice.",
    .formula = "y = x + layer_scale · narrow · gelu(widen · layer_norm(depth ∗ x))",
    .searchWords = "block depthwise modern",
    .shortName = "block",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::convnext_block
