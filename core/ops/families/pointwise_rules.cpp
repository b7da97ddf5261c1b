// SPDX-License-Identifier: Apache-2.0
// Shapes of operators that work element by element.
#include "core/ops/families/pointwise_rules.h"

#include "core/opdef/shape_rules.h"

namespace vitrine::pointwise {

Result<std::vector<ValueShape>> shapes(const Attrs&, std::span<const ValueShape> in) {
    ValueShape result = in[0];
    for (const ValueShape& operand : in) {
        const std::optional<Shape> both = broadcastShape(result.shape, operand.shape);
        VITRINE_CHECK(both, "operands fit together where their ports say so");
        result.shape = *both;
    }
    return std::vector{result};
}

}  // namespace vitrine::pointwise
