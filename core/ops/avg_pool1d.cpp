// SPDX-License-Identifier: Apache-2.0
// Mean of each window along one axis.
#include "core/ops/families/pool_rules.h"

namespace vitrine::ops::avg_pool1d {

namespace {

constexpr PortSpec inputs[] = {window::imageInput(1)};
constexpr PortSpec outputs[] = {window::imageOutput(1)};
constexpr FieldSpec fields[] = {window::kernelField(1, 2), window::strideField(1, 2),
                                window::paddingField(1), pool::countIncludePadField,
                                window::ceilModeField};

constexpr OpSample samples[] = {{"", "2x3x6"},
                                {"kernel=3 stride=2 padding=1 count_include_pad=false", "1x2x7"},
                                {"kernel=3 stride=2 padding=1,0 ceil_mode=true", "17x2x6"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4", "kernel 5 is larger than the padded input 4"},
    {"padding=2", "1x3x4", "a window along axis 0 lies in padding alone"},
    {"", "2x3x4x4", "x needs shape [N, C, W], got [2, 3, 4, 4]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "avg_pool1d",
    .title = "Average pooling 1D",
    .category = "pooling",
    .summary = "Mean of each window.",
    .formula = "y[n,c,q] = 1/m Σ_v x[n, c, q·stride + v − pad]",
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

}  // namespace vitrine::ops::avg_pool1d
