// SPDX-License-Identifier: Apache-2.0
// ScatterND: a copy in which updates go to places along several axes.
#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::scatter_nd {

namespace {

void read(Context& c) {
    const std::string reduction = c.text("reduction", "none");
    const Attrs attrs =
        c.attrs("scatter_nd").with("mode", reduction == "none" ? std::string("write") : reduction);
    if (isEmpty(c, c.in(1))) return c.give(0, c.in(0));
    c.give(0, c.emit("scatter_nd", attrs, {c.in(0), c.in(1), c.in(2)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ScatterND", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::scatter_nd
