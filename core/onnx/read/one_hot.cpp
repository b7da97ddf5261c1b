// SPDX-License-Identifier: Apache-2.0
// OneHot: one value at the place that a number names along a new axis, another one elsewhere.
#include <fmt/format.h>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::one_hot {

namespace {

void read(Context& c) {
    const auto depth = static_cast<int64_t>(c.real(c.in(1), "depth"));
    if (depth < 1 || depth > (1 << 30)) c.refuse(fmt::format("its depth is {}", depth), "O17");
    const int64_t axis = c.axis("axis", -1, c.rank(0) + 1);
    if (c.shape(2) != Shape{2}) c.refuse("its values are not two");
    const Value place = c.cast(c.in(0), DType::I64);
    // Those below zero count from the last.
    const Value isBelow = c.emit("less", {place, c.integerValue(0)});
    const Value index = c.emit("where", {isBelow, c.add(place, c.integerValue(depth)), place});
    const Value ones =
        c.emit("one_hot", c.attrs("one_hot").with("classes", depth).with("axis", axis), {index});
    const Value off = c.reshape(c.slice(c.in(2), 0, 0, 1), {});
    const Value on = c.reshape(c.slice(c.in(2), 0, 1, 1), {});
    c.give(0, c.emit("where", {c.cast(ones, DType::Bool), on, off}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "OneHot", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::one_hot
