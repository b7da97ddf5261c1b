// SPDX-License-Identifier: Apache-2.0
// Mean of each window along three axes.
#include "core/ops/families/pool_rules.h"

namespace vitrine::ops::avg_pool3d {

namespace {

constexpr PortSpec inputs[] = {window::imageInput(3)};
constexpr PortSpec outputs[] = {window::imageOutput(3)};
constexpr FieldSpec fields[] = {window::kernelField(3, 2), window::strideField(3, 2),
                                window::paddingField(3), pool::countIncludePadField,
                                window::ceilModeField};

constexpr OpSample samples[] = {
    {"", "2x3x4x2x4"},
    {"kernel=3,2,2 stride=2,1,1 padding=1,0,1 count_include_pad=false", "1x2x5x4x3"},
    {"kernel=2 stride=2 padding=1 ceil_mode=true", "17x2x3x2x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4x4", "kernel 5x5x5 is larger than the padded input 4x4x4"},
    {"padding=2", "1x3x4x4x4", "a window along axis 0 lies in padding alone"},
    {"", "2x3x4x4", "x needs shape [N, C, D, H, W], got [2, 3, 4, 4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "avg_pool3d",
    .title = "Average pooling 3D",
    .category = "pooling",
    .summary = "Mean of each window.",
    .formula = "y[n,c,o,p,q] = 1/m Σ_{t,u,v} x[n, c, o·stride + t − pad, …]",
    .searchWords = "pool mean",
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

}  // namespace vitrine::ops::avg_pool3d
