// SPDX-License-Identifier: Apache-2.0
// Sum: of any number of tensors.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::sum {

namespace {

void read(Context& c) { readChain(c, "add"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Sum", .read = read};

}  // namespace vitrine::onnx::rules::sum
