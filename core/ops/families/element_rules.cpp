// SPDX-License-Identifier: Apache-2.0
// Corners of a value.
#include "core/ops/families/element_rules.h"

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"

namespace vitrine::elements {

Result<int> checkedAxis(const Attrs& attrs, const Shape& x, const Shape& index) {
    const Result<int> axis = axis::of(attrs, x);
    if (!axis.ok()) return axis.error();
    bool fits = index.rank() == x.rank();
    for (int i = 0; fits && i < x.rank(); ++i) fits = i == *axis || index[i] <= x[i];
    if (!fits)
        return shapeError(fmt::format("index {} needs up to the extents of x {} outside of axis {}",
                                      index.text(), x.text(), *axis));
    return axis;
}

ValueId first(Builder& b, ValueId x, int axis, const Shape& extents) {
    for (int i = 0; i < extents.rank(); ++i)
        if (i != axis) x = axis::piece(b, x, i, {.length = extents[i]});
    return x;
}

// From the inside out: the places grow by one axis after the other.
ValueId withFirst(Builder& b, ValueId x, int axis, ValueId places) {
    const Shape whole = b.shape(x), corner = b.shape(places);
    for (int i = whole.rank() - 1; i >= 0; --i) {
        if (i == axis || corner[i] == whole[i]) continue;
        ValueId rest = axis::piece(b, x, i, {.start = corner[i], .length = whole[i] - corner[i]});
        for (int k = 0; k < i; ++k)
            if (k != axis) rest = axis::piece(b, rest, k, {.length = corner[k]});
        places = axis::joined(b, i, {places, rest});
    }
    return places;
}

}  // namespace vitrine::elements
