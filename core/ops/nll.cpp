// SPDX-License-Identifier: Apache-2.0
// Negative log-likelihood of labels, from logarithms of probabilities.
#include "core/ops/families/loss_rules.h"

namespace vitrine::ops::nll {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto weights = loss::classWeights(attrs, in[0].shape[1]);
    if (!weights) return weights.error();
    return loss::shapes(attrs, in);
}

/// −Σ w · log p[label] / Σ w; 0 where nothing counts. A label that names no class makes it
/// infinite.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId rows = loss::rowsOf(b, in[0]);
    const int64_t classes = b.shape(rows)[1];
    const auto targets =
        loss::classTargets(b, in[1], classes, b.dtype(rows), attrs.integer("ignore_index"));
    const auto numbers = loss::classWeights(attrs, classes);
    const ValueId chosen = loss::weighted(b, targets.chosen, *numbers);
    const ValueId counted = b.reduceSum(chosen, {0, 1}, false);
    const ValueId sum = b.scale(b.emit("dot", {chosen, rows}), -1);
    return {b.add(b.mul(sum, loss::inverseOrOne(b, counted)), targets.refusal)};
}

constexpr PortSpec inputs[] = {
    {.id = "logs",
     .title = "Log-probabilities",
     .pattern = "[N, C, S…]",
     .help =
         "Logarithms of the probabilities of classes. From logits cross-entropy is more exact."},
    loss::labelsInput};
constexpr FieldSpec fields[] = {loss::classWeightsField, loss::ignoreIndexField, lossWeight};
constexpr OpSample samples[] = {{"", "3x5 3<5"},
                                {"class_weights=1,2,0.5", "4x3 4<3", -3, 3},
                                {"ignore_index=1", "2x3x4 2x4<3"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3x4x4 2<3", "labels needs shape"},
    {"class_weights=1", "2x3 2<3", "class_weights has 1 number, and there are 3 classes"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "nll",
    .title = "Negative log-likelihood",
    .category = "loss",
    .summary =
        "Negative logarithm of the true class, where the network gives logarithms of "
        "probabilities.",
    .formula = "loss = −Σ_n w[label] · logs[n, label] / Σ_n w[label], over what is not ignored",
    .searchWords = "loss log softmax likelihood",
    .shortName = "loss",
    .kind = NodeKind::Loss,
    .inputs = inputs,
    .outputs = loss::outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::nll
