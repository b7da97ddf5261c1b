// SPDX-License-Identifier: Apache-2.0
// Gates of the file in the order that they have here.
#include "core/onnx/plain_recurrence.h"

namespace vitrine::onnx {

namespace {

enum Input { X, W, R, B, Lengths, Hidden, Cell };

/// Rows of all gates in their order here, without the axis of directions.
Value ordered(Context& c, const Value& x, int64_t pass, const std::vector<int>& order,
              int64_t first, int64_t hidden) {
    const Value one = c.slice(x, 0, pass, 1);
    std::vector<Value> gates;
    for (int gate : order) gates.push_back(c.slice(one, 1, first + gate * hidden, hidden));
    const Value all = c.concat(gates, 1);
    const Shape shape = c.shapeOf(all);
    return c.reshape(all, {shape.dims().begin() + 1, shape.dims().end()});
}

}  // namespace

bool isPlainRecurrence(const Context& c) {
    const bool isForward = c.text("direction", "forward") != "reverse";
    return isForward && !c.has(Lengths) && !c.hasAttribute("activations") &&
           c.real("clip", 0) == 0 && c.integer("layout", 0) == 0 && c.rank(X) == 3 &&
           c.rank(R) == 3 && isFloat(c.dtype(X));
}

void readPlain(Context& c, const PlainRecurrence& layer) {
    const bool isTwoWay = c.text("direction", "forward") == "bidirectional", hasBias = c.has(B);
    const int64_t hidden = c.shape(R)[2], passes = isTwoWay ? 2 : 1;
    if (c.shape(W)[0] != passes) c.refuse("its weights do not fit its direction", "O17");
    std::vector<Value> operands{c.in(X), c.optional(Hidden)};
    if (layer.hasCell) operands.push_back(c.optional(Cell));
    const auto rows = static_cast<int64_t>(layer.order.size()) * hidden;
    for (int64_t k = 0; k < 2; ++k) {
        const bool isThere = k < passes;
        const auto at = [&](size_t input, int64_t first, bool isGiven) {
            return isGiven ? ordered(c, c.in(input), k, layer.order, first, hidden) : Value{};
        };
        operands.push_back(at(W, 0, isThere));
        operands.push_back(at(R, 0, isThere));
        operands.push_back(at(B, 0, isThere && hasBias));
        operands.push_back(at(B, rows, isThere && hasBias));
    }
    const Attrs attrs = c.attrs(layer.op)
                            .with("hidden", hidden)
                            .with("bidirectional", isTwoWay)
                            .with("bias", hasBias)
                            .with("batch_first", false);
    const std::vector<Value> given = c.emitAll(layer.op, attrs, operands);
    const Shape x = c.shape(X);
    const Value apart = c.reshape(given[0], {x[0], x[1], passes, hidden});
    if (c.wants(0)) c.give(0, c.transpose(apart, {0, 2, 1, 3}));
    for (size_t k = 1; k < given.size(); ++k)
        if (c.wants(k)) c.give(k, given[k]);
}

}  // namespace vitrine::onnx
