// SPDX-License-Identifier: Apache-2.0
// Normalised rows, and shapes of normalisation over the last axes.
#include "core/ops/families/norm_rules.h"

#include <fmt/format.h>

namespace vitrine::norm {

ValueId rows(Builder& b, ValueId x, double epsilon) {
    const DType type = b.dtype(x);
    return rows(b, x, epsilon, {b.constant({1}, type, 1), b.constant({1}, type, 0)});
}

ValueId rows(Builder& b, ValueId x, double epsilon, const Affine& affine) {
    const auto flat = [&](ValueId v) {
        return b.shape(v).rank() == 1 ? v : b.reshape(v, {b.shape(v).elements()});
    };
    Attrs attrs = b.attrs("row_normalize");
    attrs.with("epsilon", epsilon).with("blocks", affine.blocks);
    return b.emit("row_normalize", attrs, {x, flat(affine.scale), flat(affine.shift)});
}

Result<void> needInner(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    if (attrs.integer("axes") > x.rank())
        return shapeError(fmt::format("x {} has no {} axes", x.text(), attrs.integer("axes")));
    const Shape inner = innerOf(attrs, x);
    for (const ValueShape& other : in.subspan(1))
        if (other.isThere && other.shape != inner)
            return shapeError(fmt::format("scale and shift need shape {}, got {}", inner.text(),
                                          other.shape.text()));
    return {};
}

}  // namespace vitrine::norm
