// SPDX-License-Identifier: Apache-2.0
// Add: sum of two, element by element.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::add {

namespace {

void read(Context& c) { readBinary(c, "add"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Add", .read = read};

}  // namespace vitrine::onnx::rules::add
