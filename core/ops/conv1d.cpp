// SPDX-License-Identifier: Apache-2.0
// One-dimensional convolution (cross-correlation, as the field says it).
#include "core/ops/families/conv_rules.h"

namespace vitrine::ops::conv1d {

namespace {

constexpr auto inputs = conv::forwardInputs(1);
constexpr auto outputs = conv::forwardOutputs(1);
constexpr auto fields = conv::forwardFields(1);

constexpr OpSample samples[] = {
    {"out_channels=4", "2x3x7"},
    {"out_channels=3 kernel=4 stride=2 padding=1", "2x2x9"},
    {"out_channels=4 kernel=3 padding=0,3 dilation=2 groups=2 init=xavier_normal", "17x4x6"},
    {"out_channels=6 kernel=1 stride=2 groups=3 bias=false init=kaiming_normal", "1x3x5"},
    {"out_channels=17 kernel=2 padding=2,0", "3x1x2"},
    {"out_channels=2 kernel=4 stride=2 auto_padding=same_upper", "2x2x7"},
    {"out_channels=2 kernel=2 auto_padding=same_lower", "2x2x3"},
    {"out_channels=2 kernel=3 padding=2,1 padding_mode=circular", "2x2x4"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4", "kernel 5 is larger than the padded input 4"},
    {"padding=1,2,3", "1x3x4", "field 'padding' is '1,2,3', wanted one or two whole numbers"},
    {"groups=2", "1x3x5", "3 input channels do not divide into 2 groups"},
    {"", "1x3x5x5", "x needs shape [N, C, W], got [1, 3, 5, 5]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "conv1d",
    .title = "Convolution 1D",
    .category = "convolution",
    .summary = "Slides trained filters along sequences.",
    .formula = "y[n,k,q] = b[k] + Σ_{c,s} x[n, c, q·stride + s·dilation − pad] · w[k,c,s]",
    .searchWords = "conv convolution sequence signal text audio",
    .shortName = "conv",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = conv::forwardShapes,
    .parameters = conv::forwardParameters,
    .vjp = conv::forwardVjp,
    .jvp = conv::forwardJvp,
    .problem = conv::forwardProblem,
    .flops = conv::forwardFlops,
    .samples = samples,
    .errorSamples = errorSamples,
    .prepare = conv::forwardPrepare,
};

}  // namespace vitrine::ops::conv1d
