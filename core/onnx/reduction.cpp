// SPDX-License-Identifier: Apache-2.0
// Axes as every operator set spells them.
#include "core/onnx/reduction.h"

#include <algorithm>
#include <limits>

#include "core/onnx/empty.h"
#include "core/tensor/element.h"

namespace vitrine::onnx {

namespace {

/// What a reduction of nothing gives, as the standard says.
double identityOf(std::string_view op, DType type) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (op == "reduce_prod") return 1;
    if (op == "reduce_mean") return std::numeric_limits<double>::quiet_NaN();
    if (op == "reduce_log_sum_exp") return -infinity;
    const bool isMax = op == "reduce_max";
    if (!isMax && op != "reduce_min") return 0;
    if (isFloat(type)) return isMax ? -infinity : infinity;
    if (type == DType::Bool) return isMax ? 0 : 1;
    // The nearest that a cast makes of it, which is the type's end.
    std::byte end[8] = {};
    writeElement(end, type, 0, isMax ? -0x1p63 : 0x1p63);
    return readElement(end, type, 0);
}

/// One element by itself, where the reduction itself makes something of it.
Value unreduced(Context& c, std::string_view op, const Value& x) {
    return op == "reduce_l1" || op == "reduce_l2" ? c.emit("abs", {x}) : x;
}

Value reduced(Context& c, std::string_view op, const Value& x, const std::vector<int64_t>& axes,
              bool keepsAxes) {
    const Shape shape = c.shapeOf(x);
    if (isEmpty(c, x)) {
        Shape left;
        for (int i = 0; i < shape.rank(); ++i) {
            const bool isGone = axes.empty() || std::ranges::count(axes, i) > 0;
            if (!isGone || keepsAxes) left.push(isGone ? 1 : shape[i]);
        }
        const DType type = c.typeOf(x).dtype;
        if (left.elements() == 0) return emptyLike(c, x, left);
        Value value = c.filled(left, type, identityOf(op, type));
        value.element = x.element;
        return value;
    }
    if (shape.rank() == 0) return unreduced(c, op, x);
    return c.emit(op, c.attrs(op).with("axes", axes).with("keep_axes", keepsAxes), {x});
}

}  // namespace

void readReduction(Context& c, std::string_view op, const ReductionSteps& steps) {
    Value x = c.in(0);
    if (steps.before) x = steps.before(c, x);
    const int rank = c.shapeOf(x).rank();
    const auto named = c.integersFrom("axes", 1);
    const std::vector<int64_t> axes = named ? c.axesOf(*named, rank) : std::vector<int64_t>{};
    const bool isLeft = axes.empty() && c.flag("noop_with_empty_axes", false);
    x = isLeft ? unreduced(c, op, x) : reduced(c, op, x, axes, c.flag("keepdims", true));
    c.give(0, steps.after ? steps.after(c, x) : x);
}

}  // namespace vitrine::onnx
