// SPDX-License-Identifier: Apache-2.0
// Shapes of normalisation over the last axes.
#include "core/ops/families/norm_rules.h"

#include <fmt/format.h>

namespace vitrine::norm {

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
