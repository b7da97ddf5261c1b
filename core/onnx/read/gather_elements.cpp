// SPDX-License-Identifier: Apache-2.0
// GatherElements: elements along an axis by their places.
#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::gather_elements {

namespace {

void read(Context& c) {
    const Attrs attrs = c.attrs("gather_elements").with("axis", c.axis("axis", 0, c.rank(0)));
    if (isEmpty(c, c.in(1))) return c.give(0, emptyLike(c, c.in(0), c.shape(1)));
    c.give(0, c.emit("gather_elements", attrs, {c.in(0), c.in(1)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "GatherElements", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::gather_elements
