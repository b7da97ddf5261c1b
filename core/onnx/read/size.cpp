// SPDX-License-Identifier: Apache-2.0
// Size: how many elements there are.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::size {

namespace {

void read(Context& c) {
    Value count = c.integerValue(c.shape(0).elements());
    count.isOfShape = true;
    c.give(0, count);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Size", .read = read};

}  // namespace vitrine::onnx::rules::size
