// SPDX-License-Identifier: Apache-2.0
// Max: the largest of any number of tensors, element by element.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::max {

namespace {

void read(Context& c) { readChain(c, "max"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Max", .read = read};

}  // namespace vitrine::onnx::rules::max
