// SPDX-License-Identifier: Apache-2.0
// Squeeze: axes of extent 1 go, those that are named or all.
#include <algorithm>

#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::squeeze {

namespace {

void read(Context& c) {
    const Shape shape = c.shape(0);
    std::vector<int64_t> axes;
    if (const auto named = c.integersFrom("axes", 1)) {
        axes = c.axesOf(*named, shape.rank());
    } else {
        for (int i = 0; i < shape.rank(); ++i)
            if (shape[i] == 1) axes.push_back(i);
    }
    if (axes.empty()) return c.give(0, c.in(0));
    if (!isEmpty(c, c.in(0)))
        return c.give(0, c.emit("squeeze", c.attrs("squeeze").with("axes", axes), {c.in(0)}));
    Shape left;
    for (int i = 0; i < shape.rank(); ++i)
        if (std::ranges::count(axes, i) == 0) left.push(shape[i]);
    c.give(0, emptyLike(c, c.in(0), left));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Squeeze", .read = read};

}  // namespace vitrine::onnx::rules::squeeze
