// SPDX-License-Identifier: Apache-2.0
// ScatterElements: a copy in which updates go to places along an axis.
#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::scatter_elements {

namespace {

void read(Context& c) {
    const std::string reduction = c.text("reduction", "none");
    const Attrs attrs = c.attrs("scatter_elements")
                            .with("axis", c.axis("axis", 0, c.rank(0)))
                            .with("mode", reduction == "none" ? std::string("write") : reduction);
    if (isEmpty(c, c.in(1))) return c.give(0, c.in(0));
    c.give(0, c.emit("scatter_elements", attrs, {c.in(0), c.in(1), c.in(2)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ScatterElements", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::scatter_elements
