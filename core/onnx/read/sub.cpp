// SPDX-License-Identifier: Apache-2.0
// Sub: difference of two, element by element.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::sub {

namespace {

void read(Context& c) { readBinary(c, "sub"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Sub", .read = read};

}  // namespace vitrine::onnx::rules::sub
