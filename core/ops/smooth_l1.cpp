// SPDX-License-Identifier: Apache-2.0
// Smooth L1 (Girshick 2015): Huber loss over its bend, so that the lines have slope 1.
#include "core/ops/families/loss_rules.h"

namespace vitrine::ops::smooth_l1 {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const double beta = attrs.real("beta");
    return {b.scale(loss::meanOf(b, loss::huber(b, b.sub(in[0], in[1]), beta)), 1 / beta)};
}

constexpr FieldSpec fields[] = {loss::positive("beta", "Beta", 1,
                                               "Difference from which on the loss is a line of "
                                               "slope 1. For 0 take the mean absolute error."),
                                lossWeight};
constexpr OpSample samples[] = {
    {"", "3x5 3x5"}, {"beta=0.3", "2x3x5x7 2x3x5x7"}, {"beta=5", "1x1 1x1"}, {"", "5 5", -3, 3}};
constexpr OpErrorSample errors[] = {
    {"", "2x3 2x4", "target needs shape [2, 3], got [2, 4]"},
    {"beta=0", "2x3 2x3", "field 'beta' is '0', wanted a number from"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "smooth_l1",
    .title = "Smooth L1",
    .category = "loss",
    .summary = "The size of the difference, rounded off near 0.",
    .formula = "loss = Σ (|d| < β ? d² / (2 β) : |d| − β / 2) / count,  d = prediction − target",
    .searchWords = "robust loss regression box detection",
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

}  // namespace vitrine::ops::smooth_l1
