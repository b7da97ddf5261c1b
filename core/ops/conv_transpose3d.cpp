// SPDX-License-Identifier: Apache-2.0
// Transposed convolution of three axes: the data pass of a convolution, forwards.
#include "core/ops/families/conv_rules.h"

namespace vitrine::ops::conv_transpose3d {

namespace {

constexpr auto inputs = conv::transposedInputs(3);
constexpr auto outputs = conv::transposedOutputs(3);
constexpr auto fields = conv::transposedFields(3);

constexpr OpSample samples[] = {
    {"out_channels=2 kernel=2", "2x3x2x3x2"},
    {"out_channels=2 kernel=3,2,2 stride=2,1,2 padding=1,0,0 output_padding=1,0,0", "1x2x2x3x2"},
    {"out_channels=3 kernel=1 bias=false", "17x2x1x2x1"}};
constexpr OpErrorSample errorSamples[] = {
    {"groups=2", "1x3x5x5x5", "3 input channels do not divide into 2 groups"},
    {"output_padding=1", "1x3x5x5x5",
     "output padding 1 along axis 0 must be smaller than the stride 1"},
    {"kernel=1 padding=3", "1x3x5x5x5", "padding 3+3 along axis 0 leaves nothing of the result"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "conv_transpose3d",
    .title = "Transposed convolution 3D",
    .category = "convolution",
    .summary = "Spreads volumes through trained filters: a convolution run backwards.",
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

}  // namespace vitrine::ops::conv_transpose3d
