// SPDX-License-Identifier: Apache-2.0
// Min: the smallest of any number of tensors, element by element.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::min {

namespace {

void read(Context& c) { readChain(c, "min"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Min", .read = read};

}  // namespace vitrine::onnx::rules::min
