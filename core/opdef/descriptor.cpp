// SPDX-License-Identifier: Apache-2.0
// Small helpers that operators share.
#include "core/opdef/descriptor.h"

#include "core/opdef/port_patterns.h"

namespace vitrine {

Result<std::vector<ValueShape>> inferResults(const OpDescriptor& op, const Attrs& attrs,
                                             std::span<const ValueShape> in) {
    VITRINE_TRY(checkOperands(op.inputs, attrs, in));
    return op.inferShapes(attrs, in);
}

Error shapeError(std::string message) { return {"shape", std::move(message), {}, {}, {}}; }

double flopsOf(const OpQuery& query) {
    const OpDescriptor& op = *query.instr.op;
    return op.flops ? op.flops(query) : static_cast<double>(query.out[0].shape.elements());
}

size_t foldedOperands(const Instr& instr) {
    size_t folded = 0;
    for (size_t k = 0; k < instr.foldedCount(); ++k)
        folded += static_cast<size_t>(instr.folded(k).added);
    return folded;
}

}  // namespace vitrine
