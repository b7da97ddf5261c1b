// SPDX-License-Identifier: Apache-2.0
// Where the smallest element along an axis is.
#include "core/ops/families/along_rules.h"

namespace vitrine::ops::argmin {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return along::positions(b, attrs, in[0], false);
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "argmin",
    .title = "Position of the minimum",
    .category = "math",
    .summary = "Where the smallest element along an axis is.",
    .formula = "y = the first k with x[…, k, …] = min x along the axis",
    .searchWords = "index nearest",
    .inputs = along::inputs,
    .outputs = along::positionOutputs,
    .fields = along::positionFields,
    .inferShapes = along::positionShapes,
    .build = build,
    .samples = along::positionSamples,
    .errorSamples = along::positionErrors,
};

}  // namespace vitrine::ops::argmin
