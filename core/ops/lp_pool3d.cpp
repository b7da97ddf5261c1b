// SPDX-License-Identifier: Apache-2.0
// Norms of each window's pixels along three axes.
#include "core/ops/families/lp_pool_rules.h"

namespace vitrine::ops::lp_pool3d {

namespace {

constexpr PortSpec inputs[] = {window::imageInput(3)};
constexpr PortSpec outputs[] = {window::imageOutput(3)};
constexpr auto fields = lp_pool::fields(3);

constexpr OpSample samples[] = {{"", "1x2x4x2x4"},
                                {"kernel=2,3,1 stride=1 padding=0,1,0 p=3", "1x1x3x4x2"},
                                {"kernel=2 stride=2 ceil_mode=true p=1", "1x2x3x3x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4x4", "kernel 5x5x5 is larger than the padded input 4x4x4"},
    {"p=0.5", "1x3x4x4x4", "field 'p' is '0.5', wanted a number from 1 to 64"},
    {"", "2x3", "x needs shape [N, C, D, H, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "lp_pool3d",
    .title = "Norm pooling 3D",
    .category = "pooling",
    .summary = "A norm of the pixels of each window; where all are 0 the gradient is 0.",
    .formula = "y = (Σ |x|^p)^(1/p) over each window, zeros around x",
    .searchWords = "lppool norm pool",
    .shortName = "pool",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = lp_pool::shapes,
    .build = lp_pool::build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::lp_pool3d
