// SPDX-License-Identifier: Apache-2.0
// OptionalGetElement: the value that there is.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::optional_get_element {

namespace {

void read(Context& c) { c.give(0, c.in(0)); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "OptionalGetElement", .since = 15, .read = read};

}  // namespace vitrine::onnx::rules::optional_get_element
