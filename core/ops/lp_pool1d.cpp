// SPDX-License-Identifier: Apache-2.0
// Norms of each window's pixels along one axis.
#include "core/ops/families/lp_pool_rules.h"

namespace vitrine::ops::lp_pool1d {

namespace {

constexpr PortSpec inputs[] = {window::imageInput(1)};
constexpr PortSpec outputs[] = {window::imageOutput(1)};
constexpr auto fields = lp_pool::fields(1);

constexpr OpSample samples[] = {{"", "2x3x6"},
                                {"kernel=3 stride=2 padding=1 p=3", "1x2x7"},
                                {"kernel=3 stride=2 ceil_mode=true p=1", "2x2x6"}};
constexpr OpErrorSample errorSamples[] = {
    {"kernel=5", "1x3x4", "kernel 5 is larger than the padded input 4"},
    {"p=0.5", "1x3x4", "field 'p' is '0.5', wanted a number from 1 to 64"},
    {"", "2x3", "x needs shape [N, C, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "lp_pool1d",
    .title = "Norm pooling 1D",
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

}  // namespace vitrine::ops::lp_pool1d
