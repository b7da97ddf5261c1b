// SPDX-License-Identifier: Apache-2.0
// Three-dimensional convolution (cross-correlation, as the field says it).
#include "core/ops/families/conv_rules.h"

namespace vitrine::ops::conv3d {

namespace {

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
    .vjp = conv::forwardVjp,
    .jvp = conv::forwardJvp,
    .problem = conv::forwardProblem,
    .flops = conv::forwardFlops,
    .samples = samples,
    .errorSamples = errorSamples,
    .prepare = conv::forwardPrepare,
};

}  // namespace vitrine::ops::conv3d
