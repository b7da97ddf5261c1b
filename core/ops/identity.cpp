// SPDX-License-Identifier: Apache-2.0
// The same numbers.
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::identity {

namespace {

std::vector<ValueId> build(Builder&, const Attrs&, std::span<const ValueId> in) { return {in[0]}; }

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "identity",
    .title = "Identity",
    .category = "activation",
    .summary = "The same numbers: what stands where an activation may be chosen.",
    .formula = "y = x",
    .searchWords = "none linear pass through activation",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .build = build,
    .samples = pointwise::unarySamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::identity
