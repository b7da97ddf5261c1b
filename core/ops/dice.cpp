// SPDX-License-Identifier: Apache-2.0
// Dice loss (Milletari et al. 2016; sums without squares): one minus the overlap of two masks.
#include "core/ops/families/loss_rules.h"

namespace vitrine::ops::dice {

namespace {

/// For each image and channel 1 − (2 Σ p t + s) / (Σ p + Σ t + s), and the mean of those.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId p = b.emit("sigmoid", {in[0]});
    const double smooth = attrs.real("smooth");
    std::vector<int64_t> axes;
    for (int axis = 2; axis < b.shape(p).rank(); ++axis) axes.push_back(axis);
    const auto sum = [&](ValueId x) { return b.reduceSum(x, axes); };
    const ValueId both = loss::shifted(b, b.scale(sum(b.mul(p, in[1])), 2), smooth);
    const ValueId all = loss::shifted(b, b.add(sum(p), sum(in[1])), smooth);
    const ValueId overlap = b.mul(both, b.emit("reciprocal", {all}));
    return {loss::shifted(b, b.scale(loss::meanOf(b, overlap), -1), 1)};
}

constexpr PortSpec inputs[] = {
    {.id = "logits",
     .title = "Logits",
     .pattern = "[N, C, S…]",
     .help = "What the network says of each place: above 0 for yes, below for no."},
    {.id = "target",
     .title = "Target",
     .pattern = "[N, C, S…]",
     .help = "The mask, 0 for no and 1 for yes; shaped like the logits."}};
constexpr FieldSpec fields[] = {
    loss::positive("smooth", "Smooth", 1,
                   "Added above and below the line, so that two empty masks agree."),
    lossWeight};
constexpr OpSample samples[] = {
    {"", "2x1x4x5 2x1x4x5", 0, 1}, {"smooth=0.1", "2x3x7 2x3x7", 0, 1}, {"", "3x2 3x2", 0, 1}};
constexpr OpErrorSample errors[] = {
    {"", "2x1x3x3 2x1x3x4", "target needs shape [2, 1, 3, 3], got [2, 1, 3, 4]"},
    {"", "5 5", "logits needs shape"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "dice",
    .title = "Dice loss",
    .category = "loss",
    .summary =
        "One minus the overlap of the mask that the network draws with the one that it should "
        "draw.",
    .formula =
        "loss = mean(1 − (2 Σ p t + s) / (Σ p + Σ t + s)),  p = sigmoid(logits), sums over places",
    .searchWords = "segmentation overlap f1 mask",
    .shortName = "loss",
    .kind = NodeKind::Loss,
    .inputs = inputs,
    .outputs = loss::outputs,
    .fields = fields,
    .inferShapes = loss::shapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::dice
