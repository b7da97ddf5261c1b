// SPDX-License-Identifier: Apache-2.0
// Maximum of each window along two axes, and where it was.
#include "core/ops/families/pool_rules.h"

namespace vitrine::ops::max_pool2d {

namespace {

constexpr PortSpec inputs[] = {window::imageInput(2)};
constexpr PortSpec outputs[] = {window::imageOutput(2), pool::indexPort(window::windowsPattern(2))};
constexpr FieldSpec fields[] = {window::kernelField(2, 2), window::strideField(2, 2),
                                window::paddingField(2), addition(window::dilationField(2)),
                                addition(window::ceilModeField)};

constexpr OpSample samples[] = {{"", "2x3x4x6"},
                                {"kernel=3 stride=2 padding=1", "1x2x5x7"},
                                {"kernel=3,2 stride=1,2 padding=1,0", "2x1x5x5"},
                                {"kernel=2 stride=3", "1x17x3x6"},
                                {"kernel=1 stride=1", "1x1x1x1"},
                                {"kernel=2 stride=2 ceil_mode=true", "2x3x5x7"},
                                {"kernel=3 stride=2 padding=0,1,1,0", "17x2x6x5"},
                                {"kernel=2 stride=1 dilation=2,1", "2x3x4x4"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4", "kernel 5x5 is larger than the padded input 4x4"},
    {"kernel=2 padding=2", "1x3x4x4", "a window along axis 0 lies in padding alone"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "max_pool2d",
    .title = "Max pooling 2D",
    .category = "pooling",
    .summary = "Keeps the largest pixel of each window.",
    .formula = "y[n,c,p,q] = max_{u,v} x[n, c, p·stride + u − pad, q·stride + v − pad]",
    .searchWords = "pool maxpool subsample downsample",
    .shortName = "pool",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = pool::maxShapes,
    .vjp = pool::maxVjp,
    .jvp = pool::maxJvp,
    .problem = pool::maxProblem,
    .flops = pool::forwardFlops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::max_pool2d
