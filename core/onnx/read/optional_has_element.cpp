// SPDX-License-Identifier: Apache-2.0
// OptionalHasElement: whether there is a value.
#include "core/onnx/loops.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::optional_has_element {

namespace {

void read(Context& c) { c.give(0, truth(c, c.has(0))); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "OptionalHasElement", .since = 15, .read = read};

}  // namespace vitrine::onnx::rules::optional_has_element
