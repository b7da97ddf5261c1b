// SPDX-License-Identifier: Apache-2.0
// Means along any axes.
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_mean {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const auto count = static_cast<double>(reduce::countOf(attrs, b.shape(in[0])));
    const ValueId sum = reduce::sum(b, in[0], attrs);
    const DType type = b.dtype(sum);
    if (isInteger(type)) return {b.emit("div", {sum, b.constant({}, type, count)})};
    return {b.scale(sum, 1 / count)};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_mean",
    .title = "Mean",
    .category = "math",
    .summary = "Means along axes.",
    .formula = "y = 1/m Σ x along the axes, m elements in each; of whole numbers cut towards 0",
    .searchWords = "average",
    .shortName = "mean",
    .inputs = reduce::numberInputs,
    .outputs = reduce::numberOutputs,
    .fields = reduce::fields,
    .inferShapes = reduce::shapes,
    .build = build,
    .samples = reduce::numberSamples,
    .errorSamples = reduce::numberErrors,
};

}  // namespace vitrine::ops::reduce_mean
