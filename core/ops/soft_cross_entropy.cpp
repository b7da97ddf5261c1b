// SPDX-License-Identifier: Apache-2.0
// Cross-entropy between softmax of the logits and probabilities, averaged over the batch.
#include "core/ops/families/loss_rules.h"
#include "core/ops/families/row_rules.h"

namespace vitrine::ops::soft_cross_entropy {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto weights = loss::classWeights(attrs, in[0].shape[1]);
    if (!weights) return weights.error();
    return loss::shapes(attrs, in);
}

/// Divided by how many rows there are, whatever the class weights: PyTorch does the same with
/// probabilities, and divides by the weights of the labels with labels.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId logSoftmax = loss::logSoftmax(b, loss::rowsOf(b, in[0]));
    ValueId target = loss::rowsOf(b, in[1]);
    const int64_t rows = b.shape(target)[0], classes = b.shape(target)[1];
    if (const double smoothing = attrs.real("label_smoothing"); smoothing > 0)
        target = loss::shifted(b, b.scale(target, 1 - smoothing),
                               smoothing / static_cast<double>(classes));
    target = loss::weighted(b, target, *loss::classWeights(attrs, classes));
    return {b.scale(b.emit("dot", {target, logSoftmax}), -1.0 / static_cast<double>(rows))};
}

constexpr PortSpec inputs[] = {loss::logitsInput,
                               {.id = "target",
                                .title = "Target",
                                .pattern = "[N, C, S…]",
                                .help = "Probabilities, shaped like the logits; for each image, or "
                                        "each place of it, they sum to one."}};
constexpr FieldSpec fields[] = {loss::classWeightsField, row::labelSmoothing, lossWeight};
constexpr OpSample samples[] = {{"", "3x5 3x5"},
                                {"label_smoothing=0.1", "2x3x5 2x3x5"},
                                {"class_weights=1,2,0.5", "4x3 4x3", -3, 3},
                                {"", "2x4x3x2 2x4x3x2"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3 2x4", "target needs shape [2, 3], got [2, 4]"},
    {"class_weights=1,2", "2x3 2x3", "class_weights has 2 numbers, and there are 3 classes"},
    {"class_weights=1,-2,3", "2x3 2x3", "class_weights has '-2', wanted a number from 0"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "soft_cross_entropy",
    .title = "Cross-entropy of probabilities",
    .category = "loss",
    .summary =
        "Cross-entropy with probabilities in place of labels: mixed images, a teacher, unsure "
        "people.",
    .formula = "loss = −Σ_n Σ_c w_c ((1 − s) t + s / C) log softmax(logits) / N",
    .searchWords = "soft labels mixup distillation ce loss softmax",
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

}  // namespace vitrine::ops::soft_cross_entropy
