// SPDX-License-Identifier: Apache-2.0
// Transpose: axes in another order, in the reverse one where none is said.
#include <numeric>

#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::transpose {

namespace {

void read(Context& c) {
    const int rank = c.rank(0);
    std::vector<int64_t> order(static_cast<size_t>(rank));
    std::iota(order.rbegin(), order.rend(), 0);
    if (const auto named = c.integers("perm")) order = c.axesOf(*named, rank);
    if (std::ssize(order) != rank) c.refuseAttribute("perm", "every axis once");
    if (!isEmpty(c, c.in(0))) return c.give(0, c.transpose(c.in(0), order));
    Shape shape;
    for (int64_t axis : order) shape.push(c.shape(0)[static_cast<int>(axis)]);
    c.give(0, emptyLike(c, c.in(0), shape));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Transpose", .read = read};

}  // namespace vitrine::onnx::rules::transpose
