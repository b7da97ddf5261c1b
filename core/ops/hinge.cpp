// SPDX-License-Identifier: Apache-2.0
// Hinge loss of several classes (Weston & Watkins 1999).
#include "core/ops/families/loss_rules.h"

namespace vitrine::ops::hinge {

namespace {

/// The true class itself would have `margin`: it is left out by the factor 1 − chosen. At the kink
/// the slope is 0. A label that names no class makes the loss infinite.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const int64_t rows = b.shape(in[0])[0], classes = b.shape(in[0])[1];
    const auto targets = loss::classTargets(b, in[1], classes, b.dtype(in[0]));
    const ValueId right = b.reduceSum(b.mul(targets.chosen, in[0]), {1});
    const ValueId over =
        b.emit("relu", {loss::shifted(b, b.sub(in[0], right), attrs.real("margin"))});
    const ValueId others = loss::shifted(b, b.scale(targets.chosen, -1), 1);
    const ValueId cost = attrs.flag("squared") ? b.mul(over, over) : over;
    const ValueId sum = b.emit("dot", {others, cost});
    return {b.add(b.scale(sum, 1.0 / static_cast<double>(rows * classes)), targets.refusal)};
}

constexpr PortSpec inputs[] = {{.id = "scores",
                                .title = "Scores",
                                .pattern = "[N, C]",
                                .help = "One number per class; the largest wins."},
                               {.id = "labels",
                                .title = "Labels",
                                .types = DType::I32,
                                .pattern = "[N]",
                                .help = "Class number of each image, from 0."}};
constexpr FieldSpec fields[] = {
    loss::positive("margin", "Margin", 1, "How far the true class should be above each other one."),
    {.id = "squared",
     .title = "Squared",
     .type = FieldType::Bool,
     .help = "Squares what is missing to the margin."},
    lossWeight};
constexpr OpSample samples[] = {
    {"", "3x5 3<5"}, {"margin=0.5 squared=true", "4x3 4<3", -3, 3}, {"", "1x2 1<2"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3x4x4 2<3", "scores needs shape [N, C], got [2, 3, 4, 4]"},
    {"", "2x3 3<3", "labels needs shape [2], got [3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "hinge",
    .title = "Hinge loss",
    .category = "loss",
    .summary = "By how much each wrong class comes within a margin of the true one.",
    .formula = "loss = Σ_n Σ_{c ≠ label} max(0, margin − s[label] + s[c]) / (N C)",
    .searchWords = "svm margin multi class",
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

}  // namespace vitrine::ops::hinge
