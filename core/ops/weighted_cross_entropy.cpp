// SPDX-License-Identifier: Apache-2.0
// Cross-entropy between softmax of the logits and labels, with weights of classes, labels that do
// not count, and any number of places an image.
#include "core/ops/families/loss_rules.h"
#include "core/ops/families/row_rules.h"

namespace vitrine::ops::weighted_cross_entropy {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto weights = loss::classWeights(attrs, in[0].shape[1]);
    if (!weights) return weights.error();
    return loss::shapes(attrs, in);
}

/// With w of the label's class: (1 − s) Σ w · nll / Σ w + (s / C) Σ Σ_c w_c · (−log p_c) / Σ w,
/// both over the same denominator, as in PyTorch. Where nothing counts it is 0 (PyTorch: NaN). A
/// label that names no class makes it infinite.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId logSoftmax = loss::logSoftmax(b, loss::rowsOf(b, in[0]));
    const int64_t classes = b.shape(logSoftmax)[1];
    const DType dtype = b.dtype(logSoftmax);
    const auto targets =
        loss::classTargets(b, in[1], classes, dtype, attrs.integer("ignore_index"));
    const auto numbers = loss::classWeights(attrs, classes);
    const ValueId chosen = loss::weighted(b, targets.chosen, *numbers);
    const ValueId counted = b.reduceSum(chosen, {0, 1}, false);
    ValueId wanted = chosen;
    if (const double smoothing = attrs.real("label_smoothing"); smoothing > 0) {
        const ValueId everywhere = b.scale(loss::weighted(b, targets.counted, *numbers),
                                           smoothing / static_cast<double>(classes));
        wanted = b.add(b.scale(chosen, 1 - smoothing), everywhere);
    }
    const ValueId sum = b.scale(b.emit("dot", {wanted, logSoftmax}), -1);
    return {b.add(b.mul(sum, loss::inverseOrOne(b, counted)), targets.refusal)};
}

constexpr PortSpec inputs[] = {loss::logitsInput, loss::labelsInput};
constexpr FieldSpec fields[] = {loss::classWeightsField, row::labelSmoothing,
                                loss::ignoreIndexField, lossWeight};
constexpr OpSample samples[] = {{"", "3x5 3<5"},
                                {"class_weights=1,2,0.5 label_smoothing=0.1", "4x3 4<3", -3, 3},
                                {"ignore_index=1", "2x3x4 2x4<3"},
                                {"class_weights=1,0.25", "1x2x3x2 1x3x2<2"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3x4x4 2<3", "labels needs shape"},
    {"", "2x3 2", "labels needs i32, got f32"},
    {"class_weights=1", "2x3 2<3", "class_weights has 1 number, and there are 3 classes"},
    {"class_weights=1,x,2", "2x3 2<3", "class_weights has 'x', wanted a number from 0"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "weighted_cross_entropy",
    .title = "Weighted cross-entropy",
    .category = "loss",
    .summary =
        "Cross-entropy with class weights and a label that does not count, for images and for "
        "their "
        "places.",
    .formula =
        "loss = −Σ_n w[label] · log softmax(logits)[n, label] / Σ_n w[label], over what is not "
        "ignored",
    .searchWords = "ce loss class weights ignore index segmentation imbalance",
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

}  // namespace vitrine::ops::weighted_cross_entropy
