// SPDX-License-Identifier: Apache-2.0
// Maximum of each window along one axis, and where it was.
#include "core/ops/families/pool_rules.h"

namespace vitrine::ops::max_pool1d {

namespace {

constexpr PortSpec inputs[] = {window::imageInput(1)};
constexpr PortSpec outputs[] = {window::imageOutput(1), pool::indexPort(window::windowsPattern(1))};
constexpr FieldSpec fields[] = {window::kernelField(1, 2), window::strideField(1, 2),
                                window::paddingField(1), window::dilationField(1),
                                window::ceilModeField};

constexpr OpSample samples[] = {{"", "2x3x6"},
                                {"kernel=3 stride=2 padding=1", "1x2x7"},
                                {"kernel=2 stride=3 ceil_mode=true", "1x17x8"},
                                {"kernel=3 stride=1 padding=0,2 dilation=2", "17x2x6"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4", "kernel 5 is larger than the padded input 4"},
    {"kernel=2 padding=2", "1x3x4", "a window along axis 0 lies in padding alone"},
    {"", "2x3", "x needs shape [N, C, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "max_pool1d",
    .title = "Max pooling 1D",
    .category = "pooling",
    .summary = "Keeps the largest pixel of each window.",
    .formula = "y[n,c,q] = max_v x[n, c, q·stride + v − pad]",
    .searchWords = "pool maxpool",
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

}  // namespace vitrine::ops::max_pool1d
