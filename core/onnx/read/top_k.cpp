// SPDX-License-Identifier: Apache-2.0
// TopK: the largest or smallest elements along an axis in order, and where they are.
#include <fmt/format.h>

#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::top_k {

namespace {

void read(Context& c) {
    const int64_t count = c.opset() < 10 ? c.integer("k", 0) : c.integer(c.in(1), "k");
    const int64_t axis = c.axis("axis", -1, c.rank(0));
    Shape shape = c.shape(0);
    if (count < 0 || count > shape[static_cast<int>(axis)])
        c.refuse(fmt::format("it wants {} along axis {} of {}", count, axis, shape.text()), "O17");
    shape[static_cast<int>(axis)] = count;
    if (shape.elements() == 0) {
        c.give(0, emptyLike(c, c.in(0), shape));
        return c.give(1, emptyLike(c, c.integerValue(0), shape));
    }
    const Attrs attrs = c.attrs("top_k")
                            .with("axis", axis)
                            .with("k", count)
                            .with("largest", c.flag("largest", true));
    const std::vector<Value> found = c.emitAll("top_k", attrs, {c.in(0)});
    c.give(0, found[0]);
    c.give(1, found[1]);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "TopK", .read = read};

}  // namespace vitrine::onnx::rules::top_k
