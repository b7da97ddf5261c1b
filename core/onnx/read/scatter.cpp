// SPDX-License-Identifier: Apache-2.0
// Scatter: what ScatterElements was called up to operator set 10.
#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::scatter {

namespace {

void read(Context& c) {
    const Attrs attrs = c.attrs("scatter_elements").with("axis", c.axis("axis", 0, c.rank(0)));
    if (isEmpty(c, c.in(1))) return c.give(0, c.in(0));
    c.give(0, c.emit("scatter_elements", attrs, {c.in(0), c.in(1), c.in(2)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Scatter", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::scatter
