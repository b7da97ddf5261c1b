// SPDX-License-Identifier: Apache-2.0
// Rectified linear unit that ends at 6 (Krizhevsky 2010).
#include "core/ops/families/pointwise_rules.h"

namespace vitrine::ops::relu6 {

namespace {

std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    return {b.emit("clamp", b.attrs("clamp").with("low", 0.0).with("high", 6.0), {in[0]})};
}

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "relu6",
    .title = "ReLU6",
    .category = "activation",
    .summary = "Negative numbers become zero, and those above 6 become 6.",
    .formula = "y = min(max(x, 0), 6)",
    .searchWords = "rectifier activation mobilenet",
    .inputs = pointwise::unaryInputs,
    .outputs = pointwise::outputs,
    .inferShapes = pointwise::shapes,
    .build = build,
    .samples = pointwise::wideSamples,
    .errorSamples = pointwise::unaryErrors,
};

}  // namespace vitrine::ops::relu6
