// SPDX-License-Identifier: Apache-2.0
// Mean of each window along two axes.
#include "core/ops/families/pool_rules.h"

namespace vitrine::ops::avg_pool2d {

namespace {

constexpr PortSpec inputs[] = {window::imageInput(2)};
constexpr PortSpec outputs[] = {window::imageOutput(2)};
constexpr FieldSpec fields[] = {window::kernelField(2, 2), window::strideField(2, 2),
                                window::paddingField(2), pool::countIncludePadField,
                                addition(window::ceilModeField)};

constexpr OpSample samples[] = {
    {"", "2x3x4x6"},
    {"kernel=3 stride=2 padding=1", "1x2x5x7"},
    {"kernel=3 stride=2 padding=1 count_include_pad=false", "1x2x5x7"},
    {"kernel=3,2 stride=1,2 padding=1,0 count_include_pad=false", "2x17x4x5"},
    {"kernel=2 stride=3", "1x1x3x6"},
    {"kernel=3 stride=2 padding=1 ceil_mode=true", "2x3x4x6"},
    {"kernel=3,2 stride=2 padding=0,1,2,0 ceil_mode=true count_include_pad=false", "17x2x4x4"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4", "kernel 5x5 is larger than the padded input 4x4"},
    {"padding=2", "1x3x4x4", "a window along axis 0 lies in padding alone"},
    {"", "2x3x4", "x needs shape [N, C, H, W], got [2, 3, 4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "avg_pool2d",
    .title = "Average pooling 2D",
    .category = "pooling",
    .summary = "Mean of each window.",
    .formula = "y[n,c,p,q] = 1/m Σ_{u,v} x[n, c, p·stride + u − pad, q·stride + v − pad]",
    .searchWords = "pool avgpool mean downsample",
    .shortName = "pool",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = pool::averageShapes,
    .vjp = pool::averageVjp,
    .jvp = pool::averageJvp,
    .problem = pool::averageProblem,
    .flops = pool::forwardFlops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::avg_pool2d
