// SPDX-License-Identifier: Apache-2.0
// Transposed convolution of one axis: the data pass of a convolution, forwards.
#include "core/ops/families/conv_rules.h"

namespace vitrine::ops::conv_transpose1d {

namespace {

constexpr PortSpec inputs[] = {window::imageInput(1), conv::weightInput("[C, K / groups, S]"),
                               bias::input("[K]")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = window::filtersPattern(1),
                                 .help = "One channel for each output channel of the filters."}};
constexpr FieldSpec fields[] = {conv::outChannelsField,
                                window::kernelField(1, 3),
                                window::strideField(1, 1),
                                window::paddingField(1),
                                conv::outputPaddingField(1),
                                window::dilationField(1),
                                conv::groupsField,
                                bias::field,
                                initField};

constexpr OpSample samples[] = {
    {"out_channels=3", "2x2x5"},
    {"out_channels=4 kernel=4 stride=2 padding=1", "2x3x4"},
    {"out_channels=4 kernel=3 stride=3 padding=0,1 output_padding=1 groups=2 bias=false",
     "17x2x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"groups=2", "1x3x5", "3 input channels do not divide into 2 groups"},
    {"output_padding=1", "1x3x5",
     "output padding 1 along axis 0 must be smaller than the stride 1"},
    {"kernel=1 padding=3", "1x3x5", "padding 3+3 along axis 0 leaves nothing of the result"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "conv_transpose1d",
    .title = "Transposed convolution 1D",
    .category = "convolution",
    .summary = "Spreads sequences through trained filters: a convolution run backwards.",
    .formula = "⟨y, v⟩ = ⟨x, v ∗ w⟩ + Σ b · v for every v",
    .searchWords = "deconvolution upsample",
    .shortName = "deconv",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = conv::transposedShapes,
    .parameters = conv::transposedParameters,
    .build = conv::buildTransposed,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::conv_transpose1d
