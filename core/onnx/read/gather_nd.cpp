// SPDX-License-Identifier: Apache-2.0
// GatherND: entries by places along several axes at once.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::gather_nd {

namespace {

void read(Context& c) {
    const Attrs attrs = c.attrs("gather_nd").with("batch_axes", c.integer("batch_dims", 0));
    c.give(0, c.emit("gather_nd", attrs, {c.in(0), c.in(1)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "GatherND", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::gather_nd
