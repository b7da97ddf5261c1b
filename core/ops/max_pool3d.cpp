// SPDX-License-Identifier: Apache-2.0
// Maximum of each window along three axes, and where it was.
#include "core/ops/families/pool_rules.h"

namespace vitrine::ops::max_pool3d {

namespace {

constexpr PortSpec inputs[] = {window::imageInput(3)};
constexpr PortSpec outputs[] = {window::imageOutput(3), pool::indexPort(window::windowsPattern(3))};
constexpr FieldSpec fields[] = {window::kernelField(3, 2), window::strideField(3, 2),
                                window::paddingField(3), window::dilationField(3),
                                window::ceilModeField};

constexpr OpSample samples[] = {{"", "2x3x4x2x4"},
                                {"kernel=3,2,1 stride=2,1,1 padding=1,0,0", "1x2x5x4x3"},
                                {"kernel=2 stride=2 ceil_mode=true", "17x2x3x3x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4x4", "kernel 5x5x5 is larger than the padded input 4x4x4"},
    {"kernel=2 padding=2", "1x3x4x4x4", "a window along axis 0 lies in padding alone"},
    {"", "2x3", "x needs shape [N, C, D, H, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "max_pool3d",
    .title = "Max pooling 3D",
    .category = "pooling",
    .summary = "Keeps the largest pixel of each window.",
    .formula = "y[n,c,o,p,q] = max_{t,u,v} x[n, c, o·stride + t − pad, …]",
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

}  // namespace vitrine::ops::max_pool3d
