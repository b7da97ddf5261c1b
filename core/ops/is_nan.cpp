// SPDX-License-Identifier: Apache-2.0
// Whether a number is NaN.
#include "core/ops/families/compare_rules.h"

namespace vitrine::ops::is_nan {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    return {b.emit("not_equal", {in[0], in[0]})};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "is_nan",
    .title = "Is NaN",
    .category = "math",
    .summary = "Whether each number is NaN.",
    .formula = "y = x ≠ x",
    .searchWords = "isnan not a number missing",
    .inputs = pointwise::unaryInputs,
    .outputs = compare::outputs,
    .inferShapes = compare::shapes,
    .build = build,
    .samples = pointwise::unarySamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::is_nan
