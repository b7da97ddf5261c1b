// SPDX-License-Identifier: Apache-2.0
// Two-dimensional convolution (cross-correlation, as the field says it).
#include "core/ops/families/conv_rules.h"

namespace vitrine::ops::conv2d {

namespace {

constexpr auto inputs = conv::forwardInputs(2);
constexpr auto outputs = conv::forwardOutputs(2);
constexpr auto fields = conv::forwardFields(2);

constexpr OpSample samples[] = {
    {"out_channels=4", "2x3x5x5"},
    {"out_channels=3 kernel=3,2 stride=2,1 padding=1,0", "2x2x7x5"},
    {"out_channels=4 kernel=3 padding=2 dilation=2 groups=2 init=xavier_normal", "1x4x5x6"},
    {"out_channels=6 kernel=1 stride=2 groups=3 bias=false init=kaiming_normal", "1x3x5x3"},
    {"out_channels=1 kernel=4,3 stride=3,2 padding=3,1 dilation=1,2 init=xavier_uniform",
     "3x1x4x6"},
    {"out_channels=17 kernel=2 bias=false", "1x1x2x2"},
    {"out_channels=5 kernel=3,2 stride=2 padding=1,0,2,3", "2x3x6x5"},
    {"out_channels=2 kernel=2,3 padding=0,3,1,0 dilation=1,2", "17x2x3x4"},
    {"out_channels=2 kernel=4,3 stride=2 auto_padding=same_upper", "2x2x5x6"},
    {"out_channels=3 kernel=2,3 stride=1,2 dilation=2 auto_padding=same_lower", "1x2x5x4"},
    {"out_channels=2 kernel=3 padding=2 auto_padding=valid bias=false", "1x2x4x3"},
    {"out_channels=2 kernel=3 padding=1,2 padding_mode=reflect", "1x2x3x4"},
    {"out_channels=2 kernel=2,3 stride=2 auto_padding=same_upper padding_mode=replicate groups=2",
     "2x2x3x4"},
    {"out_channels=2 kernel=3,2 padding=2,0,1,1 padding_mode=circular", "1x1x3x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"padding=3 padding_mode=reflect", "1x3x3x4",
     "reflect padding 3+3 along axis 0 wants 4 pixels or more, there are 3"},
    {"padding=5 padding_mode=circular", "1x3x5x4",
     "circular padding 5+5 along axis 1 wants 5 pixels or more, there are 4"},
    {"kernel=5", "1x3x4x4", "kernel 5x5 is larger than the padded input 4x4"},
    {"kernel=3 dilation=2 padding=0,1", "1x3x4x4",
     "kernel 3x3 with dilation 2x2 is larger than the padded input 4x6"},
    {"groups=2", "1x3x5x5", "3 input channels do not divide into 2 groups"},
    {"groups=3 out_channels=4", "1x3x5x5", "4 output channels do not divide into 3 groups"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"},
    {"", "1x3x5x5:i64", "x needs f32 or f64, got i64"},
    {"stride=0", "1x3x5x5", "field 'stride' is '0', wanted two whole numbers from 1 to 1024"},
    {"out_channels=2147483648", "1x3x5x5", "wanted a whole number from 1 to 65536"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "conv2d",
    .title = "Convolution 2D",
    .category = "convolution",
    .summary = "Slides trained filters over the height and width of images.",
    .formula = "y[n,k,p,q] = b[k] + Σ_{c,r,s} x[n, c, p·stride + r·dilation − pad, …] · w[k,c,r,s]",
    .searchWords = "conv convolution cnn filter kernel",
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

}  // namespace vitrine::ops::conv2d
