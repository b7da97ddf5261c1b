// SPDX-License-Identifier: Apache-2.0
// The softmax derivative for operators on rows.
#include "core/ops/families/row_rules.h"

namespace vitrine::row {

ValueId softmaxDerivative(Builder& b, ValueId y, ValueId v) {
    const ValueId weighted = b.mul(y, v);
    return b.sub(weighted, scale(b, y, dot(b, y, v)));
}

}  // namespace vitrine::row
