// SPDX-License-Identifier: Apache-2.0
// Optional: a value, or none.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::optional_op {

namespace {

void read(Context& c) {
    if (!c.has(0)) c.refuse("it holds nothing", "O19");
    c.give(0, c.in(0));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Optional", .since = 15, .read = read};

}  // namespace vitrine::onnx::rules::optional_op
