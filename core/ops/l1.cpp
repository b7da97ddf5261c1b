// SPDX-License-Identifier: Apache-2.0
// Mean absolute error: mean of the size of the difference over all elements.
#include "core/ops/families/loss_rules.h"

namespace vitrine::ops::l1 {

namespace {

/// The slope is 0 where prediction and target are equal, as in PyTorch.
std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    return {loss::meanOf(b, b.emit("abs", {b.sub(in[0], in[1])}))};
}

constexpr FieldSpec fields[] = {lossWeight};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "l1",
    .title = "Mean absolute error",
    .category = "loss",
    .summary = "Mean of the size of the difference between prediction and target.",
    .formula = "loss = Σ |prediction − target| / count",
    .searchWords = "mae loss absolute error",
    .shortName = "loss",
    .kind = NodeKind::Loss,
    .inputs = loss::pairInputs,
    .outputs = loss::outputs,
    .fields = fields,
    .inferShapes = loss::shapes,
    .build = build,
    .samples = loss::pairSamples,
    .errorSamples = loss::pairErrors,
};

}  // namespace vitrine::ops::l1
