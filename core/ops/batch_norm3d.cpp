// SPDX-License-Identifier: Apache-2.0
// Batch normalisation of volumes.
#include "core/ops/families/batch_norm_rules.h"

namespace vitrine::ops::batch_norm3d {

namespace {

constexpr auto inputs = batch_norm::inputs(
    "[N, C, D, H, W]",
    "Volumes. Each channel is normalised over all volumes and voxels of the batch.");
constexpr PortSpec outputs[] = {batch_norm::output("[N, C, D, H, W]")};
constexpr OpSample samples[] = {{"", "2x3x2x2x3"},
                                {"momentum=0.3 eps=0.001", "1x17x3x1x1"},
                                {"eps=0.1 cumulative=true", "5x1x2x1x2"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3x5x7", "x needs shape [N, C, D, H, W], got [2, 3, 5, 7]"},
    {"", "2x3x2x2x3:i32", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "batch_norm3d",
    .title = "Batch normalisation 3D",
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

}  // namespace vitrine::ops::batch_norm3d
