// SPDX-License-Identifier: Apache-2.0
// The softmax derivative for operators on rows, and rows along any axis.
#include "core/ops/families/row_rules.h"

#include <algorithm>
#include <numeric>

#include "core/opdef/shape_rules.h"

namespace vitrine::row {

ValueId softmaxDerivative(Builder& b, ValueId y, ValueId v) {
    return b.emit("row_softmax_grad", {v, y});
}

Result<void> needAxisOf(const Attrs& attrs, const Shape& x) {
    const int64_t axis = attrs.integer("axis");
    if (axis < 0 && axis + x.rank() >= 0) return {};
    return needAxis(axis, "x", x);
}

ValueId alongAxis(Builder& b, const Attrs& attrs, std::string_view op, ValueId x) {
    const Shape shape = b.shape(x);
    const int64_t last = shape.rank() - 1, wanted = attrs.integer("axis");
    const int64_t axis = wanted < 0 ? wanted + shape.rank() : wanted;
    if (shape.rank() == 2 && axis == last) return b.emit(op, {x});
    std::vector<int64_t> swap(static_cast<size_t>(shape.rank()));
    std::iota(swap.begin(), swap.end(), int64_t{0});
    std::swap(swap[static_cast<size_t>(axis)], swap.back());
    const auto swapped = [&](ValueId v) {
        if (axis == last) return v;
        return b.emit("transpose", b.attrs("transpose").with("permutation", swap), {v});
    };
    const ValueId moved = swapped(x);
    const Shape order = b.shape(moved);
    const int64_t columns = order[static_cast<int>(last)];
    const ValueId rows = b.reshape(moved, {order.elements() / columns, columns});
    return swapped(b.reshape(b.emit(op, {rows}), order));
}

}  // namespace vitrine::row
