// SPDX-License-Identifier: Apache-2.0
// Huber loss (Huber 1964): squares near the target, lines farther away.
#include "core/ops/families/loss_rules.h"

namespace vitrine::ops::huber {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {loss::meanOf(b, loss::huber(b, b.sub(in[0], in[1]), attrs.real("delta")))};
}

constexpr FieldSpec fields[] = {
    loss::positive("delta", "Delta", 1, "Difference from which on the loss grows along a line."),
    lossWeight};
constexpr OpSample samples[] = {
    {"", "3x5 3x5"}, {"delta=0.3", "2x3x5x7 2x3x5x7"}, {"delta=5", "1x1 1x1"}, {"", "5 5", -3, 3}};
constexpr OpErrorSample errors[] = {
    {"", "2x3 2x4", "target needs shape [2, 3], got [2, 4]"},
    {"delta=0", "2x3 2x3", "field 'delta' is '0', wanted a number from"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "huber",
    .title = "Huber loss",
    .category = "loss",
    .summary = "Half of the squared difference where it is small, and a line where it is large.",
    .formula = "loss = Σ (|d| ≤ δ ? d² / 2 : δ (|d| − δ / 2)) / count,  d = prediction − target",
    .searchWords = "robust loss regression outlier",
    .shortName = "loss",
    .kind = NodeKind::Loss,
    .inputs = loss::pairInputs,
    .outputs = loss::outputs,
    .fields = fields,
    .inferShapes = loss::shapes,
    .build = build,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::huber
