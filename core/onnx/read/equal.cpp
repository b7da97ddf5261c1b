// SPDX-License-Identifier: Apache-2.0
// Equal: where two are the same.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::equal {

namespace {

void read(Context& c) {
    if (c.in(0).texts || c.in(1).texts) c.refuse("it compares text");
    if (c.dtype(0) != DType::Bool) return readBinary(c, "equal");
    const Value b = placed(c, c.in(0), c.in(1));
    c.give(0, c.emit("logical_not", {c.emit("logical_xor", {c.in(0), b})}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Equal", .read = read};

}  // namespace vitrine::onnx::rules::equal
