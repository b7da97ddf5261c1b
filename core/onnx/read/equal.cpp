// SPDX-License-Identifier: Apache-2.0
// Equal: where two are the same.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::equal {

namespace {

void read(Context& c) {
    if (c.in(0).texts || c.in(1).texts) c.refuse("it compares text");
    readBinary(c, "equal");
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Equal", .read = read};

}  // namespace vitrine::onnx::rules::equal
