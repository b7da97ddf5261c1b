// SPDX-License-Identifier: Apache-2.0
// Reshapes and transpositions around heads.
#include "core/onnx/heads.h"

#include <algorithm>

#include <fmt/format.h>

namespace vitrine::onnx {

Value asHeads(Context& c, const Value& x, int64_t heads) {
    const Shape shape = c.shapeOf(x);
    if (shape.rank() != 3 || heads < 1 || shape[2] % heads != 0)
        c.refuse(fmt::format("{} does not divide into {} heads", shape.text(), heads), "O17");
    const Value apart = c.reshape(x, {shape[0], shape[1], heads, shape[2] / heads});
    return c.transpose(apart, {0, 2, 1, 3});
}

Value asFeatures(Context& c, const Value& x) {
    const Shape shape = c.shapeOf(x);
    const Value moved = c.transpose(x, {0, 2, 1, 3});
    return c.reshape(moved, {shape[0], shape[2], shape[1] * shape[3]});
}

Value repeatedHeads(Context& c, const Value& x, int64_t times) {
    if (times == 1) return x;
    const Shape shape = c.shapeOf(x);
    std::vector<int64_t> apart(shape.dims().begin(), shape.dims().end());
    apart.insert(apart.begin() + 2, 1);
    Shape repeated{shape[0], shape[1], times};
    std::vector<int64_t> merged{shape[0], shape[1] * times};
    for (int k = 2; k < shape.rank(); ++k) {
        repeated.push(shape[k]);
        merged.push_back(shape[k]);
    }
    return c.reshape(c.expand(c.reshape(x, apart), repeated), merged);
}

int64_t sharedBy(const Context& c, int64_t queryHeads, int64_t keyHeads) {
    if (keyHeads < 1 || queryHeads % keyHeads != 0)
        c.refuse(
            fmt::format("{} heads of queries do not divide among {} of keys", queryHeads, keyHeads),
            "O17");
    return queryHeads / keyHeads;
}

Value scaledBy(Context& c, const Value& x, double factor) {
    return factor == 1 ? x : c.mul(x, c.scalar(c.typeOf(x).dtype, factor));
}

Value turned(Context& c, const Value& x) {
    std::vector<int64_t> order;
    for (int k = 0; k < c.shapeOf(x).rank(); ++k) order.push_back(k);
    std::swap(order[order.size() - 2], order.back());
    return c.transpose(x, order);
}

}  // namespace vitrine::onnx
