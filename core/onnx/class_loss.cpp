// SPDX-License-Identifier: Apache-2.0
// The logarithm of each label's class, what it weighs, and their sum, mean, or neither.
#include "core/onnx/class_loss.h"

#include <fmt/format.h>

namespace vitrine::onnx {

namespace {

enum Input { Labels = 1, Weights = 2 };

/// Numbers where labels count, elsewhere zeros.
Value counted(Context& c, const Value& isCounted, const Value& numbers) {
    if (isCounted.isMissing()) return numbers;
    return c.emit("where", {isCounted, numbers, c.scalar(c.typeOf(numbers).dtype, 0)});
}

/// The logarithm of each label's class, negated: [N, …].
Value losses(Context& c, const Value& logs, const Value& labels) {
    const Shape shape = c.shapeOf(logs);
    const DType type = c.typeOf(logs).dtype;
    const Attrs rows = c.attrs("one_hot")
                           .with("classes", shape[1])
                           .with("axis", int64_t{1})
                           .with("dtype", std::string(name(type)));
    const Value isTrue = c.cast(c.emit("one_hot", rows, {labels}), DType::Bool);
    const Value chosen = c.emit("where", {isTrue, logs, c.scalar(type, 0)});
    const Attrs over =
        c.attrs("reduce_sum").with("axes", std::vector<int64_t>{1}).with("keep_axes", false);
    return c.emit("neg", {c.emit("reduce_sum", over, {chosen})});
}

/// `op` over all axes.
Value over(Context& c, std::string_view op, const Value& x) {
    if (c.shapeOf(x).rank() == 0) return x;
    std::vector<int64_t> axes;
    for (int k = 0; k < c.shapeOf(x).rank(); ++k) axes.push_back(k);
    return c.emit(op, c.attrs(op).with("axes", axes).with("keep_axes", false), {x});
}

}  // namespace

void readClassLoss(Context& c, const Value& logs) {
    const std::string reduction = c.text("reduction", "mean");
    if (reduction != "none" && reduction != "sum" && reduction != "mean")
        c.refuseAttribute("reduction", "none, sum or mean");
    if (c.shapeOf(logs).rank() < 2 || c.rank(Labels) != c.shapeOf(logs).rank() - 1 ||
        isFloat(c.dtype(Labels)))
        c.refuse(fmt::format("labels {} {} do not fit {}", name(c.dtype(Labels)),
                             c.shape(Labels).text(), c.shapeOf(logs).text()),
                 "O17");
    const DType type = c.typeOf(logs).dtype;
    Value labels = c.in(Labels), isCounted;
    if (c.hasAttribute("ignore_index")) {
        const auto ignored = static_cast<double>(c.integer("ignore_index", 0));
        const DType whole = c.dtype(Labels);
        isCounted = c.emit("not_equal", {labels, c.scalar(whole, ignored)});
        labels = c.emit("where", {isCounted, labels, c.scalar(whole, 0)});
    }
    Value loss = losses(c, logs, labels), weights;
    if (c.has(Weights))
        weights =
            c.emit("gather", c.attrs("gather").with("axis", int64_t{0}), {c.in(Weights), labels});
    if (!weights.isMissing()) loss = c.mul(loss, weights);
    loss = counted(c, isCounted, loss);
    if (reduction == "none") return c.give(0, loss);
    if (reduction == "sum") return c.give(0, over(c, "reduce_sum", loss));
    if (weights.isMissing() && isCounted.isMissing())
        return c.give(0, over(c, "reduce_mean", loss));
    const Value each = weights.isMissing() ? c.filled(c.shapeOf(loss), type, 1) : weights;
    const Value count = over(c, "reduce_sum", counted(c, isCounted, each));
    c.give(0, c.div(over(c, "reduce_sum", loss), count));
}

}  // namespace vitrine::onnx
