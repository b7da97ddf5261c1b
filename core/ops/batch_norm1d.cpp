// SPDX-License-Identifier: Apache-2.0
// Batch normalisation of sequences, or of rows.
#include "core/ops/families/batch_norm_rules.h"

namespace vitrine::ops::batch_norm1d {

namespace {

constexpr auto inputs = batch_norm::inputs(
    "[N, C] or [N, C, W]", "Rows or sequences. Each channel is normalised over the whole batch.");
constexpr PortSpec outputs[] = {batch_norm::output("[N, C] or [N, C, W]")};
constexpr OpSample samples[] = {{"", "4x3"},
                                {"momentum=0.3 eps=0.001", "2x3x5"},
                                {"eps=0.1 cumulative=true", "7x2"},
                                {"cumulative=true", "1x17x3"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3x4x4", "x needs shape [N, C] or [N, C, W], got [2, 3, 4, 4]"},
    {"", "4x3:i32", "x needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "batch_norm1d",
    .title = "Batch normalisation 1D",
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

}  // namespace vitrine::ops::batch_norm1d
