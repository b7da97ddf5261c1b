// SPDX-License-Identifier: Apache-2.0
// Sums of magnitudes along any axes.
#include "core/ops/families/reduce_rules.h"

namespace vitrine::ops::reduce_l1 {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return {reduce::sum(b, b.emit("abs", {in[0]}), attrs)};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reduce_l1",
    .title = "L1 norm",
    .category = "math",
    .summary = "Sums of magnitudes along axes; the gradient at 0 is 0.",
    .formula = "y = Σ |x| along the axes",
    .searchWords = "norm absolute manhattan",
    .shortName = "l1",
    .inputs = reduce::numberInputs,
    .outputs = reduce::numberOutputs,
    .fields = reduce::fields,
    .inferShapes = reduce::shapes,
    .build = build,
    .samples = reduce::numberSamples,
    .errorSamples = reduce::numberErrors,
};

}  // namespace vitrine::ops::reduce_l1
