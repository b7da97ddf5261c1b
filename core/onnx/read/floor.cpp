// SPDX-License-Identifier: Apache-2.0
// Floor: the next whole number down.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::floor {

namespace {

void read(Context& c) { readUnary(c, "floor"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Floor", .read = read};

}  // namespace vitrine::onnx::rules::floor
