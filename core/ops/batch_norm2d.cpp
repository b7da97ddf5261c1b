// SPDX-License-Identifier: Apache-2.0
// Batch normalisation of images.
#include "core/ops/families/batch_norm_rules.h"

namespace vitrine::ops::batch_norm2d {

namespace {

constexpr auto inputs = batch_norm::inputs(
    "[N, C, H, W]", "Images. Each channel is normalised over all images and pixels of the batch.");
constexpr PortSpec outputs[] = {batch_norm::output("[N, C, H, W]")};
constexpr OpSample samples[] = {{"", "2x3x5x7"},
                                {"momentum=0.3 eps=0.001", "1x17x3x1"},
                                {"eps=0.1", "5x1x2x3"},
                                {"cumulative=true", "2x3x2x2"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"},
    {"", "4<10", "x needs f32 or f64, got i32"},
    {"momentum=2", "2x3x5x7", "field 'momentum' is '2', wanted a number from 0 to 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "batch_norm2d",
    .title = "Batch normalisation 2D",
    .category = "normalisation",
    .summary = "Brings each channel to mean zero and variance one, then scales and shifts it.",
    .formula = "y = (x − mean[c]) / √(variance[c] + eps) · weight[c] + bias[c]",
    .searchWords = "bn batchnorm norm normalization",
    .shortName = "norm",
    .inputs = inputs,
    .outputs = outputs,
    .fields = batch_norm::fields,
    .inferShapes = batch_norm::shapes,
    .parameters = batch_norm::parameters,
    .build = batch_norm::build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::batch_norm2d
