// SPDX-License-Identifier: Apache-2.0
// Norms of each window's pixels along two axes.
#include "core/ops/families/lp_pool_rules.h"

namespace vitrine::ops::lp_pool2d {

namespace {

constexpr PortSpec inputs[] = {window::imageInput(2)};
constexpr PortSpec outputs[] = {window::imageOutput(2)};
constexpr auto fields = lp_pool::fields(2);

constexpr OpSample samples[] = {
    {"", "2x3x4x6"},
    {"kernel=3 stride=2 padding=1 p=3", "1x2x5x7"},
    {"kernel=2 stride=3,2 ceil_mode=true dilation=2,1 p=1.5", "2x1x6x5"},
    {"kernel=3,2 padding=1,0,0,1", "1x2x5x4"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4x4", "kernel 5x5 is larger than the padded input 4x4"},
    {"p=0.5", "1x3x4x4", "field 'p' is '0.5', wanted a number from 1 to 64"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "lp_pool2d",
    .title = "Norm pooling 2D",
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

}  // namespace vitrine::ops::lp_pool2d
