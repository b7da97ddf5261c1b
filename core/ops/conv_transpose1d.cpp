// SPDX-License-Identifier: Apache-2.0
// Transposed convolution of one axis: the data pass of a convolution, forwards.
#include "core/ops/families/conv_rules.h"

namespace vitrine::ops::conv_transpose1d {

namespace {

constexpr auto inputs = conv::transposedInputs(1);
constexpr auto outputs = conv::transposedOutputs(1);
constexpr auto fields = conv::transposedFields(1);

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
