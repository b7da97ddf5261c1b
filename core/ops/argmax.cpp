// SPDX-License-Identifier: Apache-2.0
// Where the largest element along an axis is.
#include "core/ops/families/along_rules.h"

namespace vitrine::ops::argmax {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    return along::positions(b, attrs, in[0], true);
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "argmax",
    .title = "Position of the maximum",
    .category = "math",
    .summary = "Where the largest element along an axis is.",
    .formula = "y = the first k with x[…, k, …] = max x along the axis",
    .searchWords = "index class predict",
    .inputs = along::inputs,
    .outputs = along::positionOutputs,
    .fields = along::positionFields,
    .inferShapes = along::positionShapes,
    .build = build,
    .samples = along::positionSamples,
    .errorSamples = along::positionErrors,
};

}  // namespace vitrine::ops::argmax
