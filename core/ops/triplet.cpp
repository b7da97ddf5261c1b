// SPDX-License-Identifier: Apache-2.0
// Triplet loss (Schroff, Kalenichenko & Philbin 2015), with distances instead of their squares.
#include "core/ops/families/loss_rules.h"

namespace vitrine::ops::triplet {

namespace {

/// 1e-6 joins each difference, as in PyTorch, so that the distance of two equal rows has a slope.
ValueId distance(Builder& b, ValueId first, ValueId second) {
    const ValueId difference = loss::shifted(b, b.sub(first, second), 1e-6);
    return b.emit("sqrt", {b.reduceSum(b.mul(difference, difference), {1})});
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId closer = b.sub(distance(b, in[0], in[1]), distance(b, in[0], in[2]));
    return {loss::meanOf(b, b.emit("relu", {loss::shifted(b, closer, attrs.real("margin"))}))};
}

constexpr PortSpec inputs[] = {
    {.id = "anchor", .title = "Anchor", .pattern = "[N, F]", .help = "Features of an image."},
    {.id = "positive",
     .title = "Positive",
     .pattern = "[N, F]",
     .help = "Features of another one of the same kind."},
    {.id = "negative",
     .title = "Negative",
     .pattern = "[N, F]",
     .help = "Features of one of another kind."}};
constexpr FieldSpec fields[] = {
    loss::positive("margin", "Margin", 1,
                   "How much closer the positive should be than the negative."),
    lossWeight};
constexpr OpSample samples[] = {
    {"margin=3", "3x5 3x5 3x5"}, {"", "1x2 1x2 1x2"}, {"margin=0.1", "4x17 4x17 4x17"}};
constexpr OpErrorSample errors[] = {{"", "2x3 2x3 2x4", "negative needs shape [2, 3], got [2, 4]"},
                                    {"", "5 5 5", "anchor needs shape [N, F], got [5]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "triplet",
    .title = "Triplet loss",
    .category = "loss",
    .summary =
        "By how much an image is not closer to one of its kind than to another, and a margin more.",
    .formula = "loss = Σ_n max(0, |a − p| − |a − n| + margin) / N",
    .searchWords = "metric learning embedding face siamese",
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

}  // namespace vitrine::ops::triplet
