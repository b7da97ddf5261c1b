// SPDX-License-Identifier: Apache-2.0
// Less: where the first is smaller.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::less {

namespace {

void read(Context& c) { readBinary(c, "less"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Less", .read = read};

}  // namespace vitrine::onnx::rules::less
