// SPDX-License-Identifier: Apache-2.0
// Small helpers that operators share: errors about shapes, and operands as kernels see them.
#include "core/opdef/descriptor.h"

#include "core/opdef/port_patterns.h"

namespace vitrine {

Result<std::vector<ValueShape>> inferResults(const OpDescriptor& op, const Attrs& attrs,
                                             std::span<const ValueShape> in) {
    VITRINE_TRY(checkOperands(op.inputs, attrs, in));
    return op.inferShapes(attrs, in);
}

Error shapeError(std::string message) { return {"shape", std::move(message), {}, {}, {}}; }

kernels::Operand operandOf(const TensorType& type) {
    kernels::Operand operand;
    operand.layout = static_cast<kernels::Layout>(type.layout.kind);
    operand.halo = type.layout.halo;
    operand.dtype = type.dtype;
    operand.n = 1;
    operand.c = type.shape.elements();
    if (hasImageView(type.shape)) {
        const ImageView view = imageView(type.shape);
        operand.n = view.n;
        operand.c = view.c;
        operand.h = view.h;
        operand.w = view.w;
    }
    operand.array.rank = type.shape.rank();
    for (int axis = 0; axis < type.shape.rank(); ++axis) {
        operand.array.shape[static_cast<size_t>(axis)] = type.shape[axis];
        operand.array.strides[static_cast<size_t>(axis)] = type.strides[axis];
    }
    return operand;
}

kernels::Operand operandOf(const ValueShape& value, LayoutKind kind) {
    TensorType type = TensorType::rowMajor(value.shape, value.dtype);
    type.layout.kind = kind;
    return operandOf(type);
}

static_assert(static_cast<int>(kernels::Layout::Lanes) == static_cast<int>(LayoutKind::Lanes) &&
              static_cast<int>(kernels::Layout::Blocked) == static_cast<int>(LayoutKind::Blocked));

}  // namespace vitrine
