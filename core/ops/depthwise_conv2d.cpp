// SPDX-License-Identifier: Apache-2.0
// Convolution of each channel by itself: as many groups as there are channels.
#include "core/opdef/registry.h"
#include "core/ops/families/conv_rules.h"

namespace vitrine::ops::depthwise_conv2d {

namespace {

/// Fields of the convolution that it is.
Attrs convolution(const Attrs& attrs, int64_t channels) {
    Attrs fields = window::withFields(Attrs(operatorNamed("conv2d").fields), attrs);
    return fields.with("out_channels", channels * attrs.integer("multiplier"))
        .with("groups", channels);
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(conv::needFilters(attrs.integer("multiplier") * in[0].shape[1]));
    return conv::forwardShapes(convolution(attrs, in[0].shape[1]), in);
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(conv::needFilters(attrs.integer("multiplier") * in[0].shape[1]));
    return conv::forwardParameters(convolution(attrs, in[0].shape[1]), in);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return b.emitAll("conv2d", convolution(attrs, b.shape(in[0])[1]), in);
}

constexpr PortSpec inputs[] = {window::imageInput(2), conv::weightInput("[K, 1, R, S]"),
                               bias::input("[K]")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = window::filtersPattern(2),
                                 .help = "As many channels for each of the input as the multiplier "
                                         "says, side by side."}};
constexpr FieldSpec fields[] = {{.id = "multiplier",
                                 .title = "Multiplier",
                                 .defaultNumber = 1,
                                 .minimum = 1,
                                 .maximum = 1024,
                                 .help = "Filters for each channel.",
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
    {"", "2x3x5x5"},
    {"multiplier=2 kernel=3,2 stride=2,1 padding=1,0 dilation=1,2", "2x2x5x5"},
    {"kernel=3 stride=2 auto_padding=same_upper bias=false", "1x4x4x5"},
    {"kernel=1", "1x17x2x1"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4", "kernel 5x5 is larger than the padded input 4x4"},
    {"multiplier=1024", "1x100x4x4", "102400 filters are too many, at most 65536 are possible"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "depthwise_conv2d",
    .title = "Depthwise convolution 2D",
    .category = "convolution",
    .summary = "Slides trained filters over each channel by itself.",
    .formula = "y[n, c·m + k] = b[c·m + k] + x[n, c] ∗ w[c·m + k], k < m",
    .searchWords = "conv mobile separable filter",
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

}  // namespace vitrine::ops::depthwise_conv2d
