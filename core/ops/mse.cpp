// SPDX-License-Identifier: Apache-2.0
// Mean squared error: mean of the squared difference over all elements.
#include "core/opdef/descriptor.h"
#include "core/opdef/loss_weight.h"

namespace vitrine::ops::mse {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{ValueShape{{}, in[0].dtype}};
}

std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    const ValueId difference = b.sub(in[0], in[1]);
    const double count = static_cast<double>(b.shape(difference).elements());
    return {b.scale(b.emit("dot", {difference, difference}), 1.0 / count)};
}

constexpr PortSpec inputs[] = {{.id = "prediction",
                                .title = "Prediction",
                                .pattern = "[S…]",
                                .help = "What the network says."},
                               {.id = "target",
                                .title = "Target",
                                .pattern = "[S…]",
                                .help = "What it should say, shaped like the prediction."}};
constexpr PortSpec outputs[] = {{.id = "loss",
                                 .title = "Loss",
                                 .pattern = "[]",
                                 .help = "Mean over all elements of the batch."}};
constexpr FieldSpec fields[] = {lossWeight};
constexpr OpSample samples[] = {
    {"", "3x5 3x5"}, {"", "2x3x5x7 2x3x5x7"}, {"", "1x1 1x1"}, {"", "5 5"}};
constexpr OpErrorSample errors[] = {{"", "2x3 2x4", "target needs shape [2, 3], got [2, 4]"},
                                    {"", "3<10 3", "prediction needs f32 or f64, got i32"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "mse",
    .title = "Mean squared error",
    .category = "loss",
    .summary = "Mean of the squared difference between prediction and target.",
    .formula = "loss = Σ (prediction − target)² / count",
    .searchWords = "l2 loss squared error",
    .shortName = "loss",
    .kind = NodeKind::Loss,
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::mse
