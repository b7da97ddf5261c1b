// SPDX-License-Identifier: Apache-2.0
// Whether the first value is larger than the second, element by element.
#include "core/ops/families/compare_rules.h"

namespace vitrine::ops::greater {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    return {b.emit("less", {in[1], in[0]})};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "greater",
    .title = "Greater",
    .category = "math",
    .summary = "Whether the first value is larger than the second, element by element.",
    .formula = "y = a > b",
    .searchWords = "compare comparison larger above gt",
    .inputs = compare::inputs,
    .outputs = compare::outputs,
    .inferShapes = compare::shapes,
    .build = build,
    .samples = compare::samples,
    .errorSamples = compare::errors,
};

}  // namespace vitrine::ops::greater
