// SPDX-License-Identifier: Apache-2.0
// Costs of the fully connected layer, and its forward pass for derivatives.
#include "core/ops/families/linear_rules.h"

namespace vitrine::linear {

double flops(const Shape& rows, int64_t outFeatures) {
    return 2.0 * static_cast<double>(rows.elements()) * static_cast<double>(outFeatures);
}

ValueId forward(Builder& b, ValueId x, ValueId weight) {
    Attrs attrs = b.attrs("linear");
    attrs.with("out_features", b.shape(weight)[0]).with("bias", false);
    return b.emit("linear", attrs, {x, weight, noValue});
}

}  // namespace vitrine::linear
