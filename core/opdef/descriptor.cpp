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

kernels::Image imageOf(const Shape& shape, LayoutKind kind, int halo) {
    kernels::Image image;
    image.layout = static_cast<kernels::Layout>(kind);
    image.halo = halo;
    if (shape.rank() == 4 || shape.rank() == 2) {
        image.n = shape[0];
        image.c = shape[1];
        image.h = shape.rank() == 4 ? shape[2] : 1;
        image.w = shape.rank() == 4 ? shape[3] : 1;
        return image;
    }
    VITRINE_CHECK(kind == LayoutKind::RowMajor,
                  "only [N, F] and [N, C, H, W] have lanes and blocked layouts");
    image.n = 1;
    image.c = shape.elements();
    return image;
}

kernels::Image imageOf(const TensorType& type) {
    return imageOf(type.shape, type.layout.kind, type.layout.halo);
}

static_assert(static_cast<int>(kernels::Layout::Lanes) == static_cast<int>(LayoutKind::Lanes) &&
              static_cast<int>(kernels::Layout::Blocked) == static_cast<int>(LayoutKind::Blocked));

}  // namespace vitrine
