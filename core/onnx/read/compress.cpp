// SPDX-License-Identifier: Apache-2.0
// Compress: entries along an axis where a condition holds, which is known while reading.
#include <fmt/format.h>

#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::compress {

namespace {

void read(Context& c) {
    const std::vector<double> isKept = c.reals(c.in(1), "the condition");
    const bool isFlat = !c.hasAttribute("axis");
    Value x = isFlat ? c.reshape(c.in(0), {c.shape(0).elements()}) : c.in(0);
    const int64_t axis = isFlat ? 0 : c.axis("axis", 0, c.rank(0));
    Shape shape = c.shapeOf(x);
    int64_t& extent = shape[static_cast<int>(axis)];
    if (std::ssize(isKept) > extent)
        c.refuse(fmt::format("its condition has {} for {}", isKept.size(), extent), "O17");
    std::vector<int64_t> places;
    for (size_t i = 0; i < isKept.size(); ++i)
        if (isKept[i] != 0) places.push_back(static_cast<int64_t>(i));
    extent = static_cast<int64_t>(places.size());
    if (shape.elements() == 0) return c.give(0, emptyLike(c, x, shape));
    c.give(0, c.emit("gather", c.attrs("gather").with("axis", axis), {x, c.integersValue(places)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Compress", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::compress
